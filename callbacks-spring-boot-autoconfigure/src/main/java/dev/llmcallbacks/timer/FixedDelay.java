package dev.llmcallbacks.timer;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

/**
 * Runs tasks after a while that is the same for all. So they come up in the order in
 * which they came, and one timer serves all of them: the many that are disposed of in
 * time never wake a thread. Safe for use by any number of threads.
 */
public final class FixedDelay {

	/** By what part of the delay a task may be late. */
	private static final int LATE = 32;

	private final long nanos;

	private final Queue<Task> tasks = new ConcurrentLinkedQueue<>();

	private final SingleTimer timer;

	/**
	 * Create a delay.
	 * @param delay how long tasks are delayed, not less than a nanosecond
	 */
	public FixedDelay(Duration delay) {
		this.nanos = Math.max(1, delay.toNanos());
		this.timer = new SingleTimer(Duration.ofNanos(this.nanos), new RunDue());
	}

	/**
	 * Run a task after the delay, or a thirty-second part of it later, on a thread of
	 * Reactor's parallel scheduler.
	 * @param task a task that does not block and does not throw
	 * @return forgets the task, if it has not begun
	 */
	public Disposable schedule(Runnable task) {
		Task scheduled = new Task(task, now());
		this.tasks.add(scheduled);
		this.timer.start();
		return scheduled;
	}

	/**
	 * Return the time by which tasks are delayed.
	 * @return the time in nanoseconds, which means nothing but in comparison
	 */
	public static long now() {
		return Schedulers.parallel().now(TimeUnit.NANOSECONDS);
	}

	/** Runs the tasks whose time is up. */
	private final class RunDue implements SingleTimer.Task {

		@Override
		public long run() {
			for (Task task = next(); task != null; task = next()) {
				long left = FixedDelay.this.nanos - (now() - task.since);
				// more than all of it is left when the clock is another one, or was put
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

	/** A task, of which nothing is kept once it is not needed any more. */
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
