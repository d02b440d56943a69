package dev.llmcallbacks.callback;

import java.util.Objects;
import java.util.function.Function;

import reactor.core.publisher.Mono;

import dev.llmcallbacks.event.CallbackEvent;

/**
 * {@link AsyncCallbackHandler} of one type of event.
 *
 * @param <E> the type of event
 */
final class FunctionCallbackHandler<E extends CallbackEvent> implements AsyncCallbackHandler {

	private final Class<E> eventType;

	private final Function<E, Mono<Void>> function;

	FunctionCallbackHandler(Class<E> eventType, Function<E, Mono<Void>> function) {
		this.eventType = Objects.requireNonNull(eventType, "'eventType' must not be null");
		this.function = Objects.requireNonNull(function, "'function' must not be null");
	}

	@Override
	public boolean supports(Class<? extends CallbackEvent> type) {
		return this.eventType.isAssignableFrom(type);
	}

	@Override
	public Mono<Void> onEvent(CallbackEvent event) {
		return this.function.apply(this.eventType.cast(event));
	}

	@Override
	public String toString() {
		return "handler of " + this.eventType.getSimpleName();
	}

}
