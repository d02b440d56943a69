package dev.llmcallbacks.timer;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A timer that is started by whoever needs it and runs once for all who do, on a thread
 * of Reactor's parallel scheduler. When that scheduler is replaced, which is what
 * {@link Schedulers#shutdownNow()} does, the next start replaces the timer. Safe for use
 * by any number of threads.
 */
public final class SingleTimer {

	private static final Round RUNNING = new Round(null);

	private final long nanos;

	private final Task task;

	/** What was started last, unless it is over. */
	private final AtomicReference<@Nullable Round> round = new AtomicReference<>();

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
		// who came while the timer was running did not start it
		if (this.task.isNeeded()) {
			start();
		}
	}

	/**
	 * One run of the timer.
	 *
	 * @param scheduler where it is due, {@code null} once it has begun
	 */
	private record Round(@Nullable Scheduler scheduler) {

		boolean isLost() {
			return this.scheduler != null && this.scheduler != Schedulers.parallel();
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
