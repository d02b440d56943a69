package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.run.Run;

/**
 * Factory of the events of one run. Belongs to one run; calls never overlap, and each
 * happens before the next, on any thread. No lock is held during a call. An exception of
 * a method fails the run.
 *
 * @param <T> the type of item that passes through the run
 */
public interface RunEvents<T> {

	/**
	 * Return the run's start event.
	 * @param run the run
	 * @return the event
	 */
	RunStart started(Run run);

	/**
	 * Prepare for the items. Called once, before the first item.
	 * @param received returns whether a handler of the run receives events of a type, or
	 * a filter reads them, so that nothing needs to be kept for other events
	 */
	default void prepare(Predicate<Class<? extends CallbackEvent>> received) {
	}

	/**
	 * Take note of an item. Called for each item, before it is emitted.
	 * @param item the item
	 */
	void accept(T item);

	/**
	 * Return the type of event that {@link #itemEvent} returns, which is not called if no
	 * handler receives it.
	 * @return the type of event, or {@code null} if items are not events
	 */
	default @Nullable Class<? extends CallbackEvent> itemEventType() {
		return null;
	}

	/**
	 * Return the event of an item. Called after {@link #accept}, and only if a handler
	 * receives it.
	 * @param run the run
	 * @param item the item
	 * @return the event, or {@code null} if this item has none
	 */
	default @Nullable CallbackEvent itemEvent(Run run, T item) {
		return null;
	}

	/**
	 * Return the terminal event of a run that has completed.
	 * @param run the run
	 * @param duration how long it took
	 * @return the event
	 */
	RunEnd completed(Run run, Duration duration);

	/**
	 * Return the terminal event of a run that has failed.
	 * @param run the run
	 * @param duration how long it took
	 * @param error why it failed
	 * @return the event
	 */
	RunEnd failed(Run run, Duration duration, Throwable error);

	/**
	 * Return the terminal event of a run that has been cancelled.
	 * @param run the run
	 * @param duration how long it took
	 * @return the event
	 */
	RunEnd cancelled(Run run, Duration duration);

	/**
	 * Return these events for a run whose items are of another type.
	 * @param <S> the type of item that passes through the run
	 * @param mapping converts an item, called once for each, before {@link #accept}
	 * @return the events
	 */
	default <S> RunEvents<S> mapped(Function<? super S, ? extends T> mapping) {
		return mapped(mapping, UnaryOperator.identity());
	}

	/**
	 * Return these events for a run whose items are of another type, and whose error
	 * event has another exception than the caller receives.
	 * @param <S> the type of item that passes through the run
	 * @param mapping converts an item, called once for each, before {@link #accept}
	 * @param failures converts what the run has failed with for the error event
	 * @return the events
	 */
	default <S> RunEvents<S> mapped(Function<? super S, ? extends T> mapping, UnaryOperator<Throwable> failures) {
		return new MappedEvents<>(this, mapping, failures);
	}

}
