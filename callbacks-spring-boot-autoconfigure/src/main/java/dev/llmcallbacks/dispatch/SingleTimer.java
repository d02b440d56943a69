package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Timer that any thread may start and that runs once for all starts before it is due, on
 * a thread of Reactor's parallel scheduler. When that scheduler is replaced, as
 * {@link Schedulers#shutdownNow()} does, the next start replaces the timer. Safe for use
 * by any number of threads.
 */
final class SingleTimer {

	private static final Round RUNNING = new Round(null);

	private final long nanos;

	private final Task task;

	/** Round that was started last and has not ended. */
	private final AtomicReference<@Nullable Round> round = new AtomicReference<>();

	/**
	 * Create a timer.
	 * @param delay how long after a start it runs
	 * @param task what it runs
	 */
	SingleTimer(Duration delay, Task task) {
		this.nanos = delay.toNanos();
		this.task = task;
	}

	/**
	 * Run after the delay, unless the timer has been started and has not run yet.
	 */
	void start() {
		Round round = this.round.get();
		if (round == null || round.isLost()) {
			schedule(round, this.nanos);
		}
	}

	private void schedule(@Nullable Round previous, long nanos) {
		Scheduler scheduler = Schedulers.parallel();
		Round round = new Round(scheduler);
		if (this.round.compareAndSet(previous, round)) {
			scheduler.schedule(() -> run(round), nanos, TimeUnit.NANOSECONDS);
		}
	}

	private void run(Round round) {
		if (!this.round.compareAndSet(round, RUNNING)) {
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
		this.round.set(null);
		// a start while the task was running had no effect
		if (this.task.isNeeded()) {
			start();
		}
	}

	/**
	 * One round of the timer.
	 *
	 * @param scheduler the scheduler on which it is due, {@code null} once it has begun
	 */
	private record Round(@Nullable Scheduler scheduler) {

		boolean isLost() {
			return this.scheduler != null && this.scheduler != Schedulers.parallel();
		}

	}

	/**
	 * Task of a timer. Must not block.
	 */
	interface Task {

		/**
		 * Run, on one thread at a time.
		 * @return number of nanoseconds after which it runs again without being started;
		 * zero for not at all
		 */
		long run();

		/**
		 * Whether anything has been left to do.
		 * @return whether the timer has to be started again
		 */
		boolean isNeeded();

	}

}
