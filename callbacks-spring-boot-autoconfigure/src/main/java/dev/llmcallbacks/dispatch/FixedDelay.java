package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

/**
 * Schedules tasks with one fixed delay. They become due in the order in which they were
 * scheduled, so a single timer serves all of them, and tasks disposed before they are due
 * cause no wake-up. Safe for use by any number of threads.
 */
final class FixedDelay {

	/** Fraction of the delay by which a task may be late. */
	private static final int LATE = 32;

	private final long nanos;

	private final Queue<Task> tasks = new ConcurrentLinkedQueue<>();

	private final SingleTimer timer;

	/**
	 * Create a delay.
	 * @param delay how long tasks are delayed; at least a nanosecond
	 */
	FixedDelay(Duration delay) {
		this.nanos = Math.max(1, delay.toNanos());
		this.timer = new SingleTimer(Duration.ofNanos(this.nanos), new RunDue());
	}

	/**
	 * Run a task after the delay, at most a thirty-second part of it late, on a thread of
	 * Reactor's parallel scheduler.
	 * @param task a task that does not block and does not throw
	 * @return disposes the task unless it has begun
	 */
	Disposable schedule(Runnable task) {
		Task scheduled = new Task(task, now());
		this.tasks.add(scheduled);
		this.timer.start();
		return scheduled;
	}

	/**
	 * Return the time of the clock that delays are measured with.
	 * @return the time in nanoseconds, meaningful in comparisons only
	 */
	static long now() {
		return Schedulers.parallel().now(TimeUnit.NANOSECONDS);
	}

	/** Runs the tasks that are due. */
	private final class RunDue implements SingleTimer.Task {

		@Override
		public long run() {
			for (Task task = next(); task != null; task = next()) {
				long left = FixedDelay.this.nanos - (now() - task.since);
				// more than the whole delay is left when the clock was replaced or set
				// back
				if (left > 0 && left <= FixedDelay.this.nanos) {
					return Math.max(left, FixedDelay.this.nanos / LATE);
				}
				FixedDelay.this.tasks.remove();
				task.run();
			}
			return 0;
		}

		private @Nullable Task next() {
			return FixedDelay.this.tasks.peek();
		}

		@Override
		public boolean isNeeded() {
			return next() != null;
		}

	}

	/** Scheduled task that lets go of its action once it has run or is disposed. */
	private static final class Task implements Disposable {

		private final long since;

		private volatile @Nullable Runnable action;

		Task(Runnable action, long since) {
			this.action = action;
			this.since = since;
		}

		void run() {
			Runnable action = this.action;
			this.action = null;
			if (action != null) {
				action.run();
			}
		}

		@Override
		public void dispose() {
			this.action = null;
		}

	}

}
