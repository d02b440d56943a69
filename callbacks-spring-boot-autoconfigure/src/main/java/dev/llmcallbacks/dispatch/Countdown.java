package dev.llmcallbacks.dispatch;

import java.util.concurrent.atomic.AtomicInteger;

import reactor.core.scheduler.Schedulers;

/**
 * Runs an action when all of a number of lanes have finished an event. Safe for use by
 * any number of threads.
 */
final class Countdown {

	private final AtomicInteger remaining = new AtomicInteger(1);

	private final Runnable action;

	Countdown(Runnable action) {
		this.action = action;
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
		done(false);
	}

	/**
	 * Count one lane down.
	 * @param elsewhere whether the action runs on another thread, because the current one
	 * belongs to handlers or to a timer, which the application's stream must not occupy
	 */
	void done(boolean elsewhere) {
		if (this.remaining.decrementAndGet() == 0) {
			if (elsewhere) {
				Schedulers.parallel().schedule(this.action);
			}
			else {
				this.action.run();
			}
		}
	}

}
