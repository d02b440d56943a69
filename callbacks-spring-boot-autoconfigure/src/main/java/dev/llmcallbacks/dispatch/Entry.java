package dev.llmcallbacks.dispatch;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.event.CallbackEvent;

/**
 * Something in a lane that somebody waits for.
 */
final class Entry {

	private final @Nullable CallbackEvent event;

	private final Completion completion;

	/** Set by whoever is first: the lane, or the timer that gives the call up. */
	private final AtomicBoolean released = new AtomicBoolean();

	/**
	 * Create an entry.
	 * @param event the event to deliver, or {@code null} if only the place in the lane
	 * matters
	 * @param completion what waits for it
	 */
	Entry(@Nullable CallbackEvent event, Completion completion) {
		this.event = event;
		this.completion = completion;
	}

	/**
	 * Return the event of something in a lane.
	 * @param inLane an event or an entry
	 * @return the event, or {@code null} if only its place in the lane matters
	 */
	static @Nullable CallbackEvent event(Object inLane) {
		return (inLane instanceof Entry entry) ? entry.event : (CallbackEvent) inLane;
	}

	/**
	 * Return how many events there are.
	 * @param inLane events and entries
	 * @return the number of those that are events or have one
	 */
	static int events(List<Object> inLane) {
		return (int) inLane.stream().filter((each) -> event(each) != null).count();
	}

	/**
	 * Let go on what waits for entries, by a thread that is none of the handlers'.
	 * @param entries the entries, if any
	 */
	static void releaseAll(@Nullable List<Entry> entries) {
		if (entries != null) {
			entries.forEach((entry) -> entry.release(false));
		}
	}

	void release(boolean handlerThread) {
		if (this.released.compareAndSet(false, true)) {
			this.completion.done(handlerThread);
		}
	}

}
