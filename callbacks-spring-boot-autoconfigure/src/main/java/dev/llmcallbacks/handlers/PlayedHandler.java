package dev.llmcallbacks.handlers;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.CallbackMethod;
import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.dispatch.HandlerRegistration;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmStart;

/**
 * A handler to which a recording is played.
 */
final class PlayedHandler {

	private final LlmCallbackHandler handler;

	private final Class<? extends LlmCallbackHandler> type;

	PlayedHandler(LlmCallbackHandler handler) {
		this.handler = handler;
		this.type = HandlerRegistration.of(handler).type();
	}

	/**
	 * Call the handler, if the event means anything to it.
	 * @param event the event
	 * @return completes when the handler has finished
	 */
	Mono<Void> deliver(CallbackEvent event) {
		boolean asText = event instanceof ChatModelStart && !wants(ChatModelStart.class);
		CallbackEvent heard = asText ? LlmStart.of((ChatModelStart) event) : event;
		if (!wants(heard.getClass())) {
			return Mono.empty();
		}
		if (this.handler instanceof AsyncCallbackHandler async) {
			return Mono.defer(() -> invoke(async, heard));
		}
		CallbackHandler sync = (CallbackHandler) this.handler;
		return Mono.<Void>fromRunnable(() -> invoke(sync, heard)).subscribeOn(Schedulers.boundedElastic());
	}

	private boolean wants(Class<? extends CallbackEvent> eventType) {
		return CallbackMethod.of(eventType).isImplementedBy(this.type) && this.handler.supports(eventType);
	}

	// as the dispatcher does it, for the sake of proxies
	private void invoke(CallbackHandler sync, CallbackEvent event) {
		if (CallbackMethod.overridesOnEvent(this.type)) {
			sync.onEvent(event);
		}
		else {
			CallbackMethod.of(event.getClass()).invoke(sync, event);
		}
	}

	private Mono<Void> invoke(AsyncCallbackHandler async, CallbackEvent event) {
		return CallbackMethod.overridesOnEvent(this.type) ? async.onEvent(event)
				: CallbackMethod.of(event.getClass()).invoke(async, event);
	}

}
