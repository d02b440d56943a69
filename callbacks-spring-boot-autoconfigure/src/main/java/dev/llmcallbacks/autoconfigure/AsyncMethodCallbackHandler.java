package dev.llmcallbacks.autoconfigure;

import java.util.concurrent.CompletionStage;

import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.event.CallbackEvent;

/**
 * Calls a method that returns a {@link Mono} or a {@link CompletionStage}.
 */
final class AsyncMethodCallbackHandler implements AsyncCallbackHandler {

	private final BoundMethod method;

	AsyncMethodCallbackHandler(BoundMethod method) {
		this.method = method;
	}

	@Override
	public boolean supports(Class<? extends CallbackEvent> eventType) {
		return this.method.supports(eventType);
	}

	@Override
	public Mono<Void> onEvent(CallbackEvent event) {
		Object result = this.method.invoke(event);
		if (result instanceof Mono<?> mono) {
			return mono.then();
		}
		if (result instanceof CompletionStage<?> stage) {
			return Mono.fromCompletionStage(stage).then();
		}
		throw new IllegalStateException(this.method + " returned nothing to wait for, but " + result);
	}

	@Override
	public String toString() {
		return this.method.toString();
	}

}
