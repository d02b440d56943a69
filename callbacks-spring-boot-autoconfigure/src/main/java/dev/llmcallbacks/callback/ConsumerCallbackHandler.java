package dev.llmcallbacks.callback;

import java.util.Objects;
import java.util.function.Consumer;

import dev.llmcallbacks.event.CallbackEvent;

/**
 * {@link CallbackHandler} of one type of event.
 *
 * @param <E> the type of event
 */
final class ConsumerCallbackHandler<E extends CallbackEvent> implements CallbackHandler {

	private final Class<E> eventType;

	private final Consumer<E> consumer;

	ConsumerCallbackHandler(Class<E> eventType, Consumer<E> consumer) {
		this.eventType = Objects.requireNonNull(eventType, "'eventType' must not be null");
		this.consumer = Objects.requireNonNull(consumer, "'consumer' must not be null");
	}

	@Override
	public boolean supports(Class<? extends CallbackEvent> type) {
		return this.eventType.isAssignableFrom(type);
	}

	@Override
	public void onEvent(CallbackEvent event) {
		this.consumer.accept(this.eventType.cast(event));
	}

	@Override
	public String toString() {
		return "handler of " + this.eventType.getSimpleName();
	}

}
