package dev.llmcallbacks.autoconfigure;

import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.ReturnedValue;
import dev.llmcallbacks.event.CallbackEvent;

/**
 * Calls a method that returns a reactive type, and waits for its completion.
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
		if (result == null) {
			throw new IllegalStateException(this.method + " must not return null");
		}
		return ReturnedValue.of(result).items().then();
	}

	@Override
	public String toString() {
		return this.method.toString();
	}

}
