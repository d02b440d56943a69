package dev.llmcallbacks.dispatch;

import java.util.concurrent.atomic.AtomicInteger;

import reactor.core.scheduler.Schedulers;

/**
 * Does something when all of a number of lanes are done with an entry.
 */
final class Completion {

	private final AtomicInteger remaining = new AtomicInteger(1);

	private final Runnable action;

	Completion(Runnable action) {
		this.action = action;
	}

	/**
	 * One more lane has to be waited for. Not to be called after {@link #arm()}.
	 * @return this
	 */
	Completion expect() {
		this.remaining.incrementAndGet();
		return this;
	}

	/**
	 * No further lane has to be waited for.
	 */
	void arm() {
		done(false);
	}

	/**
	 * A lane is done.
	 * @param handlerThread whether the current thread belongs to handlers. What is waited
	 * for goes on elsewhere then: an application's stream must not take their threads
	 * away
	 */
	void done(boolean handlerThread) {
		if (this.remaining.decrementAndGet() == 0) {
			if (handlerThread) {
				Schedulers.parallel().schedule(this.action);
			}
			else {
				this.action.run();
			}
		}
	}

}
