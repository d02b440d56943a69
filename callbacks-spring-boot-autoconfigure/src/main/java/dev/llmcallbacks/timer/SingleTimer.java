package dev.llmcallbacks.timer;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import reactor.core.scheduler.Schedulers;

/**
 * A timer that is started by whoever needs it and runs once for all who do, on a thread
 * of Reactor's parallel scheduler. One that does not run although its time is long up is
 * lost, for its scheduler was shut down or replaced, and is replaced in turn by the next
 * start. Safe for use by any number of threads.
 */
public final class SingleTimer {

	private static final long IDLE = Long.MIN_VALUE;

	private static final long RUNNING = Long.MIN_VALUE + 1;

	/** How late a timer may be, in nanoseconds. */
	private static final long LOST = TimeUnit.SECONDS.toNanos(1);

	private final long nanos;

	private final Task task;

	/** When the timer is to run. */
	private final AtomicLong due = new AtomicLong(IDLE);

	/**
	 * Create a timer.
	 * @param delay how long after a start it runs
	 * @param task what it does
	 */
	public SingleTimer(Duration delay, Task task) {
		this.nanos = delay.toNanos();
		this.task = task;
	}

	/**
	 * Run after the delay, unless the timer has been started and has not run yet.
	 */
	public void start() {
		long due = this.due.get();
		if (due == IDLE || (due != RUNNING && isLost(due))) {
			schedule(due, this.nanos);
		}
	}

	private boolean isLost(long due) {
		long late = now() - due;
		return late > LOST || late < -this.nanos - LOST;
	}

	/**
	 * Return the time by which the timer runs.
	 * @return the time in nanoseconds, which means nothing but in comparison
	 */
	static long now() {
		return Schedulers.parallel().now(TimeUnit.NANOSECONDS);
	}

	private void schedule(long expected, long nanos) {
		long due = now() + nanos;
		if (this.due.compareAndSet(expected, due)) {
			Schedulers.parallel().schedule(() -> run(due), nanos, TimeUnit.NANOSECONDS);
		}
	}

	private void run(long due) {
		if (!this.due.compareAndSet(due, RUNNING)) {
			return;
		}
		long again = 0;
		try {
			again = this.task.run();
		}
		finally {
			ran(again);
		}
	}

	private void ran(long again) {
		if (again > 0) {
			schedule(RUNNING, again);
			return;
		}
		this.due.set(IDLE);
		// who came while the timer was running did not start it
		if (this.task.isNeeded()) {
			start();
		}
	}

	/**
	 * What a timer does. Must not block.
	 */
	public interface Task {

		/**
		 * Do it, by one thread at a time.
		 * @return after how many nanoseconds it is to be done again without being
		 * started; zero for not at all
		 */
		long run();

		/**
		 * Whether anything has been left undone.
		 * @return whether the timer is to be started
		 */
		boolean isNeeded();

	}

}
