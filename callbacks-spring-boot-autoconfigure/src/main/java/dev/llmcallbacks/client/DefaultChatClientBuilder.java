package dev.llmcallbacks.client;

import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.model.ChatModel;

/**
 * Default implementation of {@link ChatClient.Builder}.
 */
final class DefaultChatClientBuilder implements ChatClient.Builder {

	private static final int DEFAULT_BATCH_CONCURRENCY = 16;

	private final ChatModel chatModel;

	private final RunOptions.Builder runOptions;

	private ChatOptions options = ChatOptions.NONE;

	private int batchConcurrency = DEFAULT_BATCH_CONCURRENCY;

	private RetryPolicy retryPolicy = RetryPolicy.DEFAULT;

	private TimeLimits timeLimits = TimeLimits.DEFAULT;

	private @Nullable CallbackManager callbackManager;

	DefaultChatClientBuilder(ChatModel chatModel) {
		this.chatModel = Objects.requireNonNull(chatModel, "'chatModel' must not be null");
		this.runOptions = RunOptions.builder();
	}

	DefaultChatClientBuilder(ChatClientSettings settings, @Nullable CallbackManager callbackManager) {
		this.chatModel = settings.chatModel();
		this.runOptions = settings.runOptions().mutate();
		this.options = settings.options();
		this.batchConcurrency = settings.batchConcurrency();
		this.retryPolicy = settings.retryPolicy();
		this.timeLimits = settings.timeLimits();
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
		return new DefaultChatClient(new ChatClientSettings(this.chatModel, callbackManager, this.options,
				this.runOptions.build(), this.batchConcurrency, this.retryPolicy, this.timeLimits),
				this.callbackManager);
	}

}
