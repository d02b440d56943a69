package dev.llmcallbacks.feed;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Operators;

/**
 * Subscription of one follower of a log. Holds no entries: it reads the log at its own
 * position when its subscriber requests an entry, so that a slow subscriber costs no
 * memory.
 */
final class LogFollower implements Subscription {

	private final Source source;

	private final CoreSubscriber<? super Emission> actual;

	private final FollowerQueue queue;

	/** Signals for the thread that emits; not zero while one does. */
	private final AtomicInteger signals = new AtomicInteger();

	/** Written by the subscriber's threads and by the one that emits. */
	private final AtomicLong requested = new AtomicLong();

	/** Written by the subscriber's threads. */
	private volatile boolean cancelled;

	// by the thread that emits

	private long position;

	private boolean terminated;

	LogFollower(Source source, FollowerQueue queue, CoreSubscriber<? super Emission> actual, long after) {
		this.source = source;
		this.queue = queue;
		this.actual = actual;
		this.position = after;
	}

	@Override
	public void request(long n) {
		if (Operators.validate(n)) {
			this.requested.accumulateAndGet(n, Operators::addCap);
			signal();
		}
	}

	@Override
	public void cancel() {
		this.cancelled = true;
		this.source.left(this);
	}

	/** There may be something to emit. Returns at once. */
	void signal() {
		if (!this.cancelled && this.signals.getAndIncrement() == 0) {
			this.queue.add(this);
		}
	}

	/** Emit what is requested. Called by the thread that drains the queue. */
	void emitRequested() {
		int missed = this.signals.get();
		while (missed != 0) {
			try {
				boolean emitted = true;
				while (emitted && !this.cancelled && !this.terminated) {
					emitted = emitNext();
				}
			}
			catch (Throwable ex) {
				fail(ex);
			}
			missed = this.signals.addAndGet(-missed);
		}
	}

	private void fail(Throwable error) {
		this.terminated = true;
		this.source.left(this);
		Exceptions.throwIfFatal(error);
		this.actual.onError(error);
	}

	// returns whether there may be a further entry
	private boolean emitNext() {
		Position next = this.source.next(this.position);
		if (next.entry() == null && next.interruption() == null) {
			if (next.complete()) {
				terminate();
			}
			return false;
		}
		if (this.requested.get() == 0) {
			return false;
		}
		if (this.requested.get() != Long.MAX_VALUE) {
			this.requested.decrementAndGet();
		}
		if (next.entry() != null) {
			this.position = next.entry().number();
		}
		this.actual.onNext(new Emission(next.entry(), next.interruption()));
		if (next.entry() == null) {
			terminate();
		}
		return true;
	}

	private void terminate() {
		this.terminated = true;
		this.source.left(this);
		this.actual.onComplete();
	}

	/**
	 * What a follower reads.
	 */
	interface Source {

		/**
		 * Return what comes after an entry.
		 * @param after the number of the entry
		 * @return what comes next
		 */
		Position next(long after);

		/**
		 * A follower does not read any more.
		 * @param follower the follower
		 */
		void left(LogFollower follower);

	}

	/**
	 * What comes after an entry.
	 *
	 * @param entry the next entry, or {@code null} if there is none now
	 * @param interruption why there will be none, or {@code null}
	 * @param complete whether there will be none
	 */
	record Position(@Nullable FeedEntry entry, @Nullable String interruption, boolean complete) {

	}

	/**
	 * What a follower receives.
	 *
	 * @param entry the entry, or {@code null} if the feed is interrupted
	 * @param interruption why it is interrupted, or {@code null}
	 */
	record Emission(@Nullable FeedEntry entry, @Nullable String interruption) {

	}

}
