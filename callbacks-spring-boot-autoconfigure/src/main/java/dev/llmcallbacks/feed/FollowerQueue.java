package dev.llmcallbacks.feed;

import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.concurrent.Queues;

/**
 * Queue of followers that may have something to emit, which one thread of the parallel
 * scheduler drains at a time, at most once a millisecond: with many followers, most
 * signals cost an entry of the queue, and neither a task nor a wake-up of a thread. A
 * follower that has been quiet emits at once. Safe for use by any number of threads.
 */
final class FollowerQueue {

	/** Shortest time between the beginnings of two drains. */
	private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

	private final Queue<LogFollower> followers = Queues.<LogFollower>unboundedMultiproducer().get();

	/** Followers that have been added; not zero while the queue is drained. */
	private final AtomicInteger added = new AtomicInteger();

	/** When the latest drain began. Written by the thread that drains. */
	private volatile long drainedNanos;

	/**
	 * Add a follower, which is not in the queue. Returns at once.
	 * @param follower the follower
	 */
	void add(LogFollower follower) {
		this.followers.offer(follower);
		if (this.added.getAndIncrement() == 0) {
			schedule();
		}
	}

	private void schedule() {
		Scheduler scheduler = Schedulers.parallel();
		long wait = this.drainedNanos + INTERVAL_NANOS - scheduler.now(TimeUnit.NANOSECONDS);
		try {
			// more than the whole interval is left when the clock was replaced
			scheduler.schedule(this::drain, (wait > 0 && wait <= INTERVAL_NANOS) ? wait : 0, TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			// the scheduler is being shut down
			this.added.set(0);
		}
	}

	private void drain() {
		this.drainedNanos = Schedulers.parallel().now(TimeUnit.NANOSECONDS);
		int missed = this.added.get();
		while (missed != 0) {
			for (LogFollower next = this.followers.poll(); next != null; next = this.followers.poll()) {
				emit(next);
			}
			missed = this.added.addAndGet(-missed);
		}
	}

	// a fatal error of a subscriber is thrown, and does not keep the others from theirs
	private void emit(LogFollower follower) {
		try {
			follower.emitRequested();
		}
		catch (Throwable ex) {
			schedule();
			throw ex;
		}
	}

}
