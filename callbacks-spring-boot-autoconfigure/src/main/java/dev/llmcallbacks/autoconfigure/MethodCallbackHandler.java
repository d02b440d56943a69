package dev.llmcallbacks.autoconfigure;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.event.CallbackEvent;

/**
 * Calls a method that returns nothing, and may block.
 */
final class MethodCallbackHandler implements CallbackHandler {

	private final BoundMethod method;

	MethodCallbackHandler(BoundMethod method) {
		this.method = method;
	}

	@Override
	public boolean supports(Class<? extends CallbackEvent> eventType) {
		return this.method.supports(eventType);
	}

	@Override
	public void onEvent(CallbackEvent event) {
		this.method.invoke(event);
	}

	@Override
	public String toString() {
		return this.method.toString();
	}

}
