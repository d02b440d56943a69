package dev.llmcallbacks.dispatch;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import reactor.core.scheduler.Schedulers;

/**
 * Hands the events of bursts over to the executors of blocking handlers, those of all
 * runs at one time, and also those of a run whose subscriber keeps it busy: to wake a
 * thread for each burst would cost more than what handlers do with it. Safe for use by
 * any number of threads.
 */
final class HandOver {

	/** How long events may have to wait. */
	private static final long PAUSE_MICROS = 1000;

	private final Queue<LiveRun> runs = new ConcurrentLinkedQueue<>();

	private final AtomicBoolean due = new AtomicBoolean();

	/**
	 * Hand over what a run has for blocking handlers, a moment later.
	 * @param run the run
	 */
	void soon(LiveRun run) {
		this.runs.add(run);
		if (!this.due.get() && this.due.compareAndSet(false, true)) {
			Schedulers.parallel().schedule(this::now, PAUSE_MICROS, TimeUnit.MICROSECONDS);
		}
	}

	private void now() {
		this.due.set(false);
		for (LiveRun run = this.runs.poll(); run != null; run = this.runs.poll()) {
			run.handOver();
		}
	}

}
