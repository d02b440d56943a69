package dev.llmcallbacks.dispatch;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs an action when all of a number of lanes have finished an event. Safe for use by
 * any number of threads.
 */
final class Countdown {

	private final AtomicInteger remaining = new AtomicInteger(1);

	private final Runnable action;

	private final Continuation continuation;

	Countdown(Runnable action) {
		this(action, Continuation.PARALLEL);
	}

	/**
	 * Create a countdown.
	 * @param action the action
	 * @param continuation the threads on which it runs if it has to wait for a lane
	 */
	Countdown(Runnable action, Continuation continuation) {
		this.action = action;
		this.continuation = continuation;
	}

	/**
	 * Wait for one more lane. Not to be called after {@link #arm()}.
	 * @return this
	 */
	Countdown expect() {
		this.remaining.incrementAndGet();
		return this;
	}

	/**
	 * Declare that no further lane is waited for. Runs the action on the current thread
	 * if none is left.
	 */
	void arm() {
		if (this.remaining.decrementAndGet() == 0) {
			this.action.run();
		}
	}

	/**
	 * Count one lane down.
	 * @param elsewhere whether the action runs on another thread, because the current one
	 * belongs to handlers or to a timer, which the application's stream must not occupy
	 */
	void done(boolean elsewhere) {
		if (this.remaining.decrementAndGet() == 0) {
			this.continuation.resume(this.action, elsewhere);
		}
	}

}
