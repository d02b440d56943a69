package dev.llmcallbacks.examples.decorators;

import java.util.concurrent.atomic.AtomicBoolean;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ChatModelDecorator;
import dev.llmcallbacks.model.ChatModelException;

/**
 * Calls another client when the provider is not available and nothing of a response has
 * arrived. The call of the other client is a run inside the run.
 */
class Fallback implements ChatModelDecorator {

	private final ChatClient other;

	Fallback(ChatClient other) {
		this.other = other;
	}

	@Override
	public ChatModel decorate(ChatModel delegate) {
		return new ChatModel() {

			@Override
			public Flux<ChatChunk> stream(ChatRequest request) {
				return Flux.defer(() -> {
					AtomicBoolean begun = new AtomicBoolean();
					return delegate.stream(request)
						.doOnNext((chunk) -> begun.set(true))
						.onErrorResume((ex) -> isUnavailable(ex) && !begun.get(), (ex) -> prompt(request).stream());
				});
			}

			@Override
			public Mono<ChatResponse> call(ChatRequest request) {
				return delegate.call(request)
					.onErrorResume(Fallback::isUnavailable,
							(ex) -> prompt(request).streaming(false)
								.result()
								.map((result) -> new ChatResponse(result.generations().get(0), result.llmOutput())));
			}

		};
	}

	// of the options, only those that mean the same to every provider; not the model
	private ChatClient.PromptSpec prompt(ChatRequest request) {
		ChatClient.PromptSpec prompt = this.other.prompt(request.messages()).tools(request.tools());
		Integer maxTokens = request.options().maxTokens();
		return (maxTokens != null) ? prompt.maxTokens(maxTokens) : prompt;
	}

	private static boolean isUnavailable(Throwable ex) {
		return ex instanceof ChatModelException failure && failure.isRetryable();
	}

}
