package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.function.Predicate;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.run.Run;

/**
 * Events of a run of texts whose factory fails at one place.
 *
 * @param place where it fails
 * @param failure what it throws
 * @param events creates the events at all other places
 */
record FailingEvents(Place place, Throwable failure, CountingEvents events) implements RunEvents<String> {

	FailingEvents(Place place, Throwable failure) {
		this(place, failure, new CountingEvents());
	}

	private void reach(Place place) {
		if (place == this.place) {
			FailingEvents.<RuntimeException>sneakyThrow(this.failure);
		}
	}

	@SuppressWarnings("unchecked")
	private static <E extends Throwable> void sneakyThrow(Throwable failure) throws E {
		throw (E) failure;
	}

	@Override
	public RunStart started(Run run) {
		reach(Place.STARTED);
		return this.events.started(run);
	}

	@Override
	public void prepare(Predicate<Class<? extends CallbackEvent>> received) {
		reach(Place.PREPARE);
	}

	@Override
	public void accept(String item) {
		reach(Place.ACCEPT);
		this.events.accept(item);
	}

	@Override
	public Class<? extends CallbackEvent> itemEventType() {
		return LlmNewToken.class;
	}

	@Override
	public CallbackEvent itemEvent(Run run, String item) {
		reach(Place.ITEM_EVENT);
		return this.events.itemEvent(run, item);
	}

	@Override
	public RunEnd completed(Run run, Duration duration) {
		reach(Place.COMPLETED);
		return this.events.completed(run, duration);
	}

	@Override
	public RunEnd failed(Run run, Duration duration, Throwable error) {
		reach(Place.FAILED);
		return this.events.failed(run, duration, error);
	}

	@Override
	public RunEnd cancelled(Run run, Duration duration) {
		reach(Place.CANCELLED);
		return this.events.cancelled(run, duration);
	}

	enum Place {

		STARTED, PREPARE, ACCEPT, ITEM_EVENT, COMPLETED, FAILED, CANCELLED

	}

}
