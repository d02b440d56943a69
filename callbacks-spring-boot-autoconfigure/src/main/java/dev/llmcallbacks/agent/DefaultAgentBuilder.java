package dev.llmcallbacks.agent;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.ManagerHolder;
import dev.llmcallbacks.dispatch.RunOptionsSequence;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.tool.Tool;
import dev.llmcallbacks.tool.Tools;

/**
 * Default {@link Agent.Builder}.
 */
final class DefaultAgentBuilder implements Agent.Builder {

	private static final int DEFAULT_MAX_ROUNDS = 10;

	private static final int DEFAULT_MAX_TOOL_CALLS = 64;

	private static final int DEFAULT_TOOL_CONCURRENCY = 8;

	private final ChatClient chatClient;

	private String name = Agent.class.getSimpleName();

	private @Nullable String system;

	private Tools tools = Tools.of();

	private int maxRounds = DEFAULT_MAX_ROUNDS;

	private int maxToolCalls = DEFAULT_MAX_TOOL_CALLS;

	private int toolConcurrency = DEFAULT_TOOL_CONCURRENCY;

	private @Nullable Duration timeout;

	private boolean failOnToolError;

	private ChatOptions chatOptions = ChatOptions.NONE;

	private RunOptions runOptions = RunOptions.NONE;

	private @Nullable CallbackManager callbackManager;

	DefaultAgentBuilder(ChatClient chatClient) {
		this.chatClient = Objects.requireNonNull(chatClient, "'chatClient' must not be null");
	}

	@Override
	public Agent.Builder name(String name) {
		this.name = Objects.requireNonNull(name, "'name' must not be null");
		return this;
	}

	@Override
	public Agent.Builder system(String system) {
		this.system = system;
		return this;
	}

	@Override
	public Agent.Builder tools(Iterable<? extends Tool> tools) {
		this.tools = this.tools.and(tools);
		return this;
	}

	@Override
	public Agent.Builder maxRounds(int maxRounds) {
		this.maxRounds = requirePositive("maxRounds", maxRounds);
		return this;
	}

	@Override
	public Agent.Builder maxToolCalls(int maxToolCalls) {
		this.maxToolCalls = requirePositive("maxToolCalls", maxToolCalls);
		return this;
	}

	@Override
	public Agent.Builder toolConcurrency(int toolConcurrency) {
		this.toolConcurrency = requirePositive("toolConcurrency", toolConcurrency);
		return this;
	}

	private static int requirePositive(String name, int value) {
		if (value < 1) {
			throw new IllegalArgumentException("'" + name + "' must be positive, but is " + value);
		}
		return value;
	}

	@Override
	public Agent.Builder timeout(Duration timeout) {
		if (timeout.isNegative()) {
			throw new IllegalArgumentException("'timeout' must not be negative, but is " + timeout);
		}
		this.timeout = timeout;
		return this;
	}

	@Override
	public Agent.Builder failOnToolError(boolean failOnToolError) {
		this.failOnToolError = failOnToolError;
		return this;
	}

	@Override
	public Agent.Builder chatOptions(ChatOptions chatOptions) {
		this.chatOptions = this.chatOptions.with(chatOptions);
		return this;
	}

	@Override
	public Agent.Builder options(RunOptions options) {
		this.runOptions = Objects.requireNonNull(options, "'options' must not be null");
		return this;
	}

	@Override
	public Agent.Builder callbackManager(CallbackManager callbackManager) {
		this.callbackManager = callbackManager;
		return this;
	}

	@Override
	public Agent build() {
		CallbackManager given = this.callbackManager;
		Supplier<? extends @Nullable CallbackManager> manager = (given != null) ? () -> given : null;
		if (manager == null && this.chatClient instanceof ManagerHolder client) {
			manager = client.managerSupplier();
		}
		return new DefaultAgent(new AgentSettings(this.chatClient, this.name, this.system,
				this.tools.decoratedBy(this.chatClient.toolDecorators()), this.maxRounds, this.maxToolCalls,
				this.toolConcurrency, this.timeout, this.failOnToolError, this.chatOptions,
				RunOptionsSequence.of(this.runOptions), manager));
	}

}
