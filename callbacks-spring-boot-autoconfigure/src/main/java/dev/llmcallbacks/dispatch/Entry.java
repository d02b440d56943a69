package dev.llmcallbacks.dispatch;

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

	@Nullable CallbackEvent event() {
		return this.event;
	}

	void release(boolean handlerThread) {
		if (this.released.compareAndSet(false, true)) {
			this.completion.done(handlerThread);
		}
	}

}
