package dev.llmcallbacks.tool;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;

/**
 * The one implementation of {@link Tool}.
 */
final class DefaultTool implements Tool {

	/** What every provider accepts. */
	private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

	private final ToolDefinition definition;

	private final ArgumentsCheck check;

	private final ToolBody body;

	private final @Nullable CallbackManager callbackManager;

	/**
	 * Create a tool.
	 * @param definition what the model is told
	 * @param nullIsAbsent whether an argument that is {@code null} counts as not there
	 * @param body what the tool does
	 */
	DefaultTool(ToolDefinition definition, boolean nullIsAbsent, ToolBody body) {
		this(definition, new ArgumentsCheck(definition, nullIsAbsent), body, null);
		if (!NAME.matcher(definition.name()).matches()) {
			throw new IllegalArgumentException(
					"'%s' cannot be the name of a tool: letters, digits, '_' and '-' are allowed, 64 at most"
						.formatted(definition.name()));
		}
	}

	private DefaultTool(ToolDefinition definition, ArgumentsCheck check, ToolBody body,
			@Nullable CallbackManager callbackManager) {
		this.definition = definition;
		this.check = check;
		this.body = body;
		this.callbackManager = callbackManager;
	}

	@Override
	public ToolDefinition definition() {
		return this.definition;
	}

	@Override
	public Mono<ToolMessage> call(ToolCall toolCall) {
		return run(toolCall).answered();
	}

	@Override
	public Mono<ToolMessage> callOrFail(ToolCall toolCall) {
		return run(toolCall).answeredIfInvalid();
	}

	private ToolRun run(ToolCall toolCall) {
		return new ToolRun(toolCall, this.definition, this.callbackManager,
				(manager) -> Mono.defer(() -> this.body.call(this.check.read(toolCall.arguments()), manager)));
	}

	@Override
	public Tool withManager(CallbackManager callbackManager) {
		return new DefaultTool(this.definition, this.check, this.body, callbackManager);
	}

	@Override
	public String toString() {
		return "Tool[" + this.definition.name() + "]";
	}

}
