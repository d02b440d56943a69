package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

import dev.llmcallbacks.timer.FixedDelay;

/**
 * Watches the time that the calls of one lane take. The thread that calls numbers its
 * calls and never looks at the clock; a timer looks from time to time whether the call is
 * still the one that it was. So a call is found to take too long when its time is up, or
 * up to a quarter of that time later.
 */
final class CallWatch {

	private final Limit limit;

	private final Listener listener;

	/**
	 * The number of the call of the moment, negative when it has taken too long, and zero
	 * between calls. Set by the thread that calls; whoever of that thread and the timer
	 * replaces the number first decides whether the call was in time.
	 */
	private final AtomicLong moment = new AtomicLong();

	// written by the thread that calls, before the moment

	private long number;

	private @Nullable Object subject;

	private @Nullable Thread thread;

	private volatile boolean entered;

	// guarded by this

	/** The call that was seen at the last look, and since when it has been seen. */
	private long seen;

	private long seenSince;

	/** Set when the call of the moment has taken longer than the limit. */
	private @Nullable Overdue overdue;

	// written under the lock, read without it

	private volatile @Nullable Disposable timer;

	private volatile boolean stuck;

	CallWatch(Limit limit, Listener listener) {
		this.limit = limit;
		this.listener = listener;
	}

	/**
	 * Calls are about to be made.
	 * @param thread the thread to be interrupted when one takes too long, if any
	 */
	void enter(@Nullable Thread thread) {
		this.thread = thread;
		this.entered = true;
		if (this.limit.nanos > 0 && this.timer == null) {
			startTimer();
		}
	}

	private synchronized void startTimer() {
		if (this.timer == null) {
			this.seen = this.number + 1;
			this.seenSince = FixedDelay.now();
			lookLater();
		}
	}

	/**
	 * No more calls are made for now.
	 */
	void leave() {
		this.entered = false;
	}

	/**
	 * A call begins.
	 * @param subject what the listener is to be told
	 */
	void begin(Object subject) {
		this.subject = subject;
		this.moment.setRelease(++this.number);
	}

	/**
	 * The call has returned.
	 * @return what the listener is or will be told if it had taken too long, {@code null}
	 * if not
	 */
	@Nullable Overdue end() {
		if (this.moment.compareAndSet(this.number, 0)) {
			return null;
		}
		Overdue overdue;
		synchronized (this) {
			overdue = this.overdue;
			this.overdue = null;
			this.moment.set(0);
		}
		if (this.thread != null) {
			Thread.interrupted();
		}
		return overdue;
	}

	/**
	 * Whether the listener is or will be told that a call was stuck. Once the call has
	 * returned, this is final.
	 * @return whether a call was stuck
	 */
	boolean isStuck() {
		return this.stuck;
	}

	synchronized void cancel() {
		Disposable timer = this.timer;
		if (timer != null) {
			timer.dispose();
			this.timer = null;
		}
	}

	private void look() {
		Object subject;
		Overdue overdue = null;
		synchronized (this) {
			this.timer = null;
			if (!this.entered) {
				return;
			}
			long moment = this.moment.get();
			if (left(moment, FixedDelay.now()) > 0) {
				lookLater();
				return;
			}
			if (moment > 0) {
				lookLater();
				if (!this.moment.compareAndSet(moment, -moment)) {
					return;
				}
				overdue = this.listener.takesTooLong();
				this.overdue = overdue;
				interrupt();
			}
			else {
				this.stuck = true;
			}
			subject = this.subject;
		}
		if (overdue != null) {
			this.listener.timedOut(Objects.requireNonNull(subject), overdue);
		}
		else {
			this.listener.stuck(Objects.requireNonNull(subject));
		}
	}

	// how long the call of the moment may still take; under the lock
	private long left(long moment, long now) {
		long call = Math.abs(moment);
		if (call == 0 || call != this.seen) {
			this.seen = call;
			this.seenSince = now;
			return this.limit.nanos;
		}
		return ((moment > 0) ? this.limit.nanos : 2 * this.limit.nanos) - (now - this.seenSince);
	}

	// under the lock, so that the call cannot return in between
	private void interrupt() {
		if (this.thread != null) {
			this.thread.interrupt();
		}
	}

	private void lookLater() {
		this.timer = this.limit.looks.schedule(this::look);
	}

	/**
	 * How long each call of a handler may take.
	 */
	static final class Limit {

		/** How many looks are taken within the limit. */
		private static final int LOOKS = 8;

		private final long nanos;

		private final FixedDelay looks;

		/**
		 * Create a limit.
		 * @param duration the time; zero for as long as it takes
		 */
		Limit(Duration duration) {
			this.nanos = duration.toNanos();
			this.looks = new FixedDelay(duration.dividedBy(LOOKS));
		}

	}

	/**
	 * A call that took too long.
	 *
	 * @param failure says so
	 * @param count how many calls of the handler have failed with this one
	 */
	record Overdue(TimeoutException failure, long count) {

	}

	/**
	 * Hears of calls that take too long.
	 */
	interface Listener {

		/**
		 * A call has taken longer than the limit, and has not returned yet. To be counted
		 * and nothing else, for this is called under a lock.
		 * @return the failure
		 */
		Overdue takesTooLong();

		/**
		 * A call has taken longer than the limit. Its thread has been interrupted, and it
		 * may have returned by now.
		 * @param subject what was given for the call
		 * @param overdue the failure
		 */
		void timedOut(Object subject, Overdue overdue);

		/**
		 * The same call has taken twice as long as the limit.
		 * @param subject what was given for the call
		 */
		void stuck(Object subject);

	}

}
