package dev.llmcallbacks.client;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

/**
 * A stop watch with a limit. One timer serves many stops and starts: it looks from time
 * to time how much is left. Not safe for use by several threads without a lock, which the
 * timer takes too.
 */
final class WaitClock {

	private final Object lock;

	private final Supplier<Runnable> onLimit;

	private long limit;

	private long spent;

	private boolean running;

	private long runningSince;

	private @Nullable Disposable timer;

	/**
	 * Create a clock that stands still.
	 * @param lock the lock that guards the clock
	 * @param limit after how many nanoseconds it is to ring; 0 for never
	 * @param onLimit called with the lock held when the limit is reached while the clock
	 * runs; what it returns is run without the lock
	 */
	WaitClock(Object lock, long limit, Supplier<Runnable> onLimit) {
		this.lock = lock;
		this.limit = limit;
		this.onLimit = onLimit;
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
	 * Forget what has been spent. The clock must stand still.
	 * @param limit the limit that holds from now on
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
	 * Stand still for good, or until the next start.
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
			action = this.onLimit.get();
		}
		action.run();
	}

	private void checkAfter(long nanos) {
		this.timer = Schedulers.parallel().schedule(this::check, nanos, TimeUnit.NANOSECONDS);
	}

}
