package dev.llmcallbacks.dispatch;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.run.Run;

/**
 * Makes the events of one run out of what passes through it. Belongs to one run; calls
 * never overlap, and each happens before the next, on whatever threads.
 *
 * @param <T> the type of item that passes through the run
 */
public interface RunEvents<T> {

	/**
	 * Return the run's first event.
	 * @param run the run
	 * @return the event
	 */
	RunStart started(Run run);

	/**
	 * Take note of an item. Called for each item, before it is handed on.
	 * @param item the item
	 */
	void accept(T item);

	/**
	 * Return the type of event that {@link #itemEvent} returns, so that it need not be
	 * called when nobody listens.
	 * @return the type of event, or {@code null} when items are no events
	 */
	default @Nullable Class<? extends CallbackEvent> itemEventType() {
		return null;
	}

	/**
	 * Return the event that an item is. Called after {@link #accept}, and only when
	 * somebody listens.
	 * @param run the run
	 * @param item the item
	 * @return the event, or {@code null} if this item is none
	 */
	default @Nullable CallbackEvent itemEvent(Run run, T item) {
		return null;
	}

	/**
	 * Return the last event of a run that was completed.
	 * @param run the run
	 * @param duration how long it took
	 * @return the event
	 */
	RunEnd completed(Run run, Duration duration);

	/**
	 * Return the last event of a run that failed.
	 * @param run the run
	 * @param duration how long it took
	 * @param error why it failed
	 * @return the event
	 */
	RunEnd failed(Run run, Duration duration, Throwable error);

	/**
	 * Return the last event of a run that was cancelled.
	 * @param run the run
	 * @param duration how long it took
	 * @return the event
	 */
	RunEnd cancelled(Run run, Duration duration);

}
