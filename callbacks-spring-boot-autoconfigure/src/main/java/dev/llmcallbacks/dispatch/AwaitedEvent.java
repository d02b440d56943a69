package dev.llmcallbacks.dispatch;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;

import dev.llmcallbacks.event.CallbackEvent;

/**
 * Entry of a lane that a {@link Countdown} waits for: an event, or a marker that stands
 * for everything in front of it.
 */
final class AwaitedEvent {

	private final @Nullable CallbackEvent event;

	private final Countdown countdown;

	/** Time since which it is waited for, or zero if that is not measured. */
	private final long since;

	/** Set by the first of the lane and the timer that aborts the call. */
	private final AtomicBoolean released = new AtomicBoolean();

	/**
	 * Create an entry.
	 * @param event the event to deliver, or {@code null} for a marker
	 * @param countdown what waits for it
	 * @param since the current time of {@link System#nanoTime()}, or zero if the time
	 * that it is waited for is not measured
	 */
	AwaitedEvent(@Nullable CallbackEvent event, Countdown countdown, long since) {
		this.event = event;
		this.countdown = countdown;
		this.since = since;
	}

	/**
	 * Return the event of an entry of a lane.
	 * @param entry an event or an {@code AwaitedEvent}
	 * @return the event, or {@code null} for a marker
	 */
	static @Nullable CallbackEvent event(Object entry) {
		return (entry instanceof AwaitedEvent awaited) ? awaited.event : (CallbackEvent) entry;
	}

	@Nullable CallbackEvent event() {
		return this.event;
	}

	boolean isReleased() {
		return this.released.get();
	}

	long since() {
		return this.since;
	}

	/**
	 * Release what waits for the entry, the first time only.
	 * @param elsewhere whether what waits continues on another thread, because the
	 * current one belongs to handlers or to a timer
	 */
	void release(boolean elsewhere) {
		if (this.released.compareAndSet(false, true)) {
			this.countdown.done(elsewhere);
		}
	}

	/**
	 * Release what waits for the entries, on other threads.
	 * @param entries the entries
	 */
	static void releaseElsewhere(List<AwaitedEvent> entries) {
		entries.forEach((entry) -> entry.release(true));
	}

	/**
	 * Release what waits for the entries, on the current thread, which belongs neither to
	 * handlers nor to a timer. Releases all of them even if the application's code that
	 * runs then throws.
	 * @param entries the entries, or {@code null} for none
	 */
	static void releaseAll(@Nullable List<AwaitedEvent> entries) {
		if (entries == null) {
			return;
		}
		Throwable failure = null;
		for (AwaitedEvent entry : entries) {
			try {
				entry.release(false);
			}
			catch (Throwable ex) {
				failure = (failure != null) ? failure : ex;
			}
		}
		if (failure != null) {
			throw Exceptions.propagate(failure);
		}
	}

}
