package dev.llmcallbacks.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;

import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.dispatch.ManagerHolder;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.LlmOutput;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ChatModelDecorator;
import dev.llmcallbacks.tool.ToolDecorator;

/**
 * Default implementation of {@link ChatClient}.
 */
final class DefaultChatClient implements ChatClient, ManagerHolder {

	private final ChatClientSettings settings;

	private final @Nullable CallbackManager givenManager;

	DefaultChatClient(ChatClientSettings settings, @Nullable CallbackManager givenManager) {
		this.settings = settings;
		this.givenManager = givenManager;
	}

	@Override
	public @Nullable Supplier<? extends @Nullable CallbackManager> managerSupplier() {
		return (this.givenManager != null) ? () -> this.givenManager : null;
	}

	@Override
	public PromptSpec prompt() {
		return new DefaultPromptSpec(this.settings, RunOptions.NONE);
	}

	@Override
	public Mono<LlmResult> generate(List<List<ChatMessage>> batch, RunOptions options) {
		RunOptions others = options.mutate().runId(null).build();
		List<Mono<LlmResult>> rows = IntStream.range(0, batch.size())
			.mapToObj((i) -> new DefaultPromptSpec(this.settings, (i == 0) ? options : others).messages(batch.get(i))
				.result())
			.toList();
		return CurrentRun.captured(Flux.fromIterable(rows)
			.flatMapSequential(Mono::materialize, this.settings.batchConcurrency(), 1)
			.collectList()
			.flatMap(DefaultChatClient::merge));
	}

	private static Mono<LlmResult> merge(List<Signal<LlmResult>> rows) {
		for (Signal<LlmResult> row : rows) {
			Throwable failure = row.getThrowable();
			if (failure != null) {
				return Mono.error(failure);
			}
		}
		List<LlmResult> results = rows.stream().map(Signal::get).filter(Objects::nonNull).toList();
		List<List<ChatGeneration>> generations = results.stream()
			.flatMap((result) -> result.generations().stream())
			.toList();
		TokenUsage usage = results.stream()
			.map((result) -> result.llmOutput().tokenUsage())
			.reduce(TokenUsage.NONE, TokenUsage::plus);
		LlmOutput first = results.isEmpty() ? LlmOutput.NONE : results.get(0).llmOutput();
		return Mono.just(new LlmResult(generations, first.with(usage),
				results.stream().flatMap((result) -> result.run().stream()).toList()));
	}

	@Override
	public List<ToolDecorator> toolDecorators() {
		return this.settings.decorations().ofTools();
	}

	@Override
	public Builder mutate() {
		return new DefaultBuilder(this.settings, this.givenManager);
	}

	/**
	 * Default implementation of {@link ChatClient.Builder}.
	 */
	static final class DefaultBuilder implements ChatClient.Builder {

		private static final int DEFAULT_BATCH_CONCURRENCY = 16;

		private final ChatModel chatModel;

		private final RunOptions.Builder runOptions;

		private ChatOptions options = ChatOptions.NONE;

		private int batchConcurrency = DEFAULT_BATCH_CONCURRENCY;

		private RetryPolicy retryPolicy = RetryPolicy.DEFAULT;

		private TimeLimits timeLimits = TimeLimits.DEFAULT;

		private final List<ChatModelDecorator> decorators = new ArrayList<>();

		private final List<ToolDecorator> toolDecorators = new ArrayList<>();

		private PromptDefaults defaults = PromptDefaults.NONE;

		private @Nullable CallbackManager callbackManager;

		DefaultBuilder(ChatModel chatModel) {
			this.chatModel = Objects.requireNonNull(chatModel, "'chatModel' must not be null");
			this.runOptions = RunOptions.builder();
		}

		DefaultBuilder(ChatClientSettings settings, @Nullable CallbackManager callbackManager) {
			this.chatModel = settings.chatModel();
			this.runOptions = settings.runOptions().mutate();
			this.options = settings.options();
			this.batchConcurrency = settings.batchConcurrency();
			this.retryPolicy = settings.retryPolicy();
			this.timeLimits = settings.timeLimits();
			this.decorators.addAll(settings.decorations().ofModel());
			this.toolDecorators.addAll(settings.decorations().ofTools());
			this.defaults = settings.defaults();
			this.callbackManager = callbackManager;
		}

		@Override
		public ChatClient.Builder callbackManager(CallbackManager callbackManager) {
			this.callbackManager = callbackManager;
			return this;
		}

		@Override
		public ChatClient.Builder defaultOptions(ChatOptions options) {
			this.options = this.options.with(options);
			return this;
		}

		@Override
		public ChatClient.Builder defaultSystem(@Nullable String text) {
			this.defaults = new PromptDefaults(StringUtils.hasText(text) ? text : null, this.defaults.tools(),
					this.defaults.mediaLimits());
			return this;
		}

		@Override
		public ChatClient.Builder defaultTools(List<ToolDefinition> tools) {
			this.defaults = new PromptDefaults(this.defaults.system(), tools, this.defaults.mediaLimits());
			return this;
		}

		@Override
		public ChatClient.Builder mediaLimits(MediaLimits mediaLimits) {
			Objects.requireNonNull(mediaLimits, "'mediaLimits' must not be null");
			this.defaults = new PromptDefaults(this.defaults.system(), this.defaults.tools(), mediaLimits);
			return this;
		}

		@Override
		public ChatClient.Builder batchConcurrency(int batchConcurrency) {
			if (batchConcurrency < 1) {
				throw new IllegalArgumentException("'batchConcurrency' must be positive, but is " + batchConcurrency);
			}
			this.batchConcurrency = batchConcurrency;
			return this;
		}

		@Override
		public ChatClient.Builder retryPolicy(RetryPolicy retryPolicy) {
			this.retryPolicy = Objects.requireNonNull(retryPolicy, "'retryPolicy' must not be null");
			return this;
		}

		@Override
		public ChatClient.Builder timeLimits(TimeLimits timeLimits) {
			this.timeLimits = Objects.requireNonNull(timeLimits, "'timeLimits' must not be null");
			return this;
		}

		@Override
		public ChatClient.Builder decorators(ChatModelDecorator... decorators) {
			this.decorators.addAll(List.of(decorators));
			return this;
		}

		@Override
		public ChatClient.Builder toolDecorators(ToolDecorator... decorators) {
			this.toolDecorators.addAll(List.of(decorators));
			return this;
		}

		@Override
		public ChatClient.Builder callbacks(LlmCallbackHandler... handlers) {
			this.runOptions.callbacks(handlers);
			return this;
		}

		@Override
		public ChatClient.Builder tags(String... tags) {
			this.runOptions.tags(tags);
			return this;
		}

		@Override
		public ChatClient.Builder metadata(Map<String, ?> metadata) {
			this.runOptions.metadata(metadata);
			return this;
		}

		@Override
		public ChatClient build() {
			CallbackManager callbackManager = (this.callbackManager != null) ? this.callbackManager
					: CallbackManager.builder().build();
			return new DefaultChatClient(
					new ChatClientSettings(this.chatModel, callbackManager, this.options, this.runOptions.build(),
							this.batchConcurrency, this.retryPolicy, this.timeLimits,
							Decorations.of(this.chatModel, this.decorators, this.toolDecorators), this.defaults),
					this.callbackManager);
		}

	}

}
