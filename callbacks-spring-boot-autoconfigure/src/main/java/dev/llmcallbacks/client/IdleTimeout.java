package dev.llmcallbacks.client;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

/**
 * Timeout that counts only the time in which it runs. One timer serves many starts and
 * stops: it checks from time to time how much is left. Not safe for use by several
 * threads without the lock, which the timer takes as well.
 */
final class IdleTimeout {

	private final Object lock;

	private final Supplier<Runnable> onTimeout;

	private long limit;

	private long spent;

	private boolean running;

	private long runningSince;

	private @Nullable Disposable timer;

	/**
	 * Create a timeout that does not run.
	 * @param lock the lock that guards the timeout
	 * @param limit the time that may be spent in nanoseconds; 0 for no limit
	 * @param onTimeout called with the lock held when the limit is reached while the
	 * timeout runs; the action that it returns is run without the lock
	 */
	IdleTimeout(Object lock, long limit, Supplier<Runnable> onTimeout) {
		this.lock = lock;
		this.limit = limit;
		this.onTimeout = onTimeout;
	}

	void start(long now) {
		if (!this.running) {
			this.running = true;
			this.runningSince = now;
			if (this.timer == null && this.limit > 0) {
				checkAfter(this.limit - this.spent);
			}
		}
	}

	void stop(long now) {
		if (this.running) {
			this.running = false;
			this.spent += now - this.runningSince;
		}
	}

	/**
	 * Set the limit and begin again with nothing spent. The timeout must be stopped.
	 * @param limit the new limit in nanoseconds; 0 for no limit
	 */
	void reset(long limit) {
		boolean shorter = limit < this.limit || this.limit == 0;
		this.limit = limit;
		this.spent = 0;
		if (shorter) {
			cancel();
		}
	}

	/**
	 * Return how much time is left. The timeout must be stopped.
	 * @return the time in nanoseconds
	 */
	long remaining() {
		return (this.limit > 0) ? Math.max(0, this.limit - this.spent) : Long.MAX_VALUE;
	}

	/**
	 * Stop and release the timer.
	 */
	void cancel() {
		this.running = false;
		if (this.timer != null) {
			this.timer.dispose();
			this.timer = null;
		}
	}

	private void check() {
		Runnable action;
		synchronized (this.lock) {
			this.timer = null;
			if (!this.running || this.limit == 0) {
				return;
			}
			long left = this.limit - this.spent - (System.nanoTime() - this.runningSince);
			if (left > 0) {
				checkAfter(left);
				return;
			}
			this.running = false;
			action = this.onTimeout.get();
		}
		action.run();
	}

	private void checkAfter(long nanos) {
		this.timer = Schedulers.parallel().schedule(this::check, nanos, TimeUnit.NANOSECONDS);
	}

}
