package dev.llmcallbacks.timer;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

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

	private static final long NEVER = Long.MIN_VALUE;

	private final long nanos;

	private final Queue<Task> tasks = new ConcurrentLinkedQueue<>();

	/**
	 * When the timer is to run, {@link #NEVER} if it is not. A timer that is overdue by
	 * the delay is lost: its scheduler was shut down, or replaced.
	 */
	private final AtomicLong timer = new AtomicLong(NEVER);

	/**
	 * Create a delay.
	 * @param delay how long tasks are delayed, not less than a nanosecond
	 */
	public FixedDelay(Duration delay) {
		this.nanos = Math.max(1, delay.toNanos());
	}

	/**
	 * Run a task after the delay, or a thirty-second part of it later, on a thread of
	 * Reactor's parallel scheduler.
	 * @param task a task that does not block and does not throw
	 * @return forgets the task, if it has not begun
	 */
	public Disposable schedule(Runnable task) {
		long now = now();
		Task scheduled = new Task(task, now);
		this.tasks.add(scheduled);
		startTimer(now);
		return scheduled;
	}

	/**
	 * Return the time by which tasks are delayed.
	 * @return the time in nanoseconds, which means nothing but in comparison
	 */
	public static long now() {
		return Schedulers.parallel().now(TimeUnit.NANOSECONDS);
	}

	private void startTimer(long now) {
		long due = this.timer.get();
		boolean running = due != NEVER && Math.abs(now - due) <= 2 * this.nanos;
		if (!running && this.timer.compareAndSet(due, now + this.nanos)) {
			runAfter(this.nanos);
		}
	}

	private void runAfter(long nanos) {
		Schedulers.parallel().schedule(this::runDue, nanos, TimeUnit.NANOSECONDS);
	}

	// usually by one thread, for there is one timer
	private void runDue() {
		long now = now();
		for (Task task = this.tasks.peek(); task != null; task = this.tasks.peek()) {
			long left = this.nanos - (now - task.since);
			if (left > 0) {
				long next = Math.max(left, this.nanos / LATE);
				this.timer.set(now + next);
				runAfter(next);
				return;
			}
			if (this.tasks.remove(task)) {
				task.run();
			}
		}
		this.timer.set(NEVER);
		if (!this.tasks.isEmpty()) {
			startTimer(now);
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
