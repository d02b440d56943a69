package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * Watchdog of the calls of one lane. The thread that calls numbers its calls and never
 * reads the clock; a timer checks periodically whether the call is still the same. A call
 * that exceeds its limit is therefore detected up to a quarter of the limit late.
 */
final class InvocationTimeout {

	private final Limit limit;

	private final Listener listener;

	/**
	 * Number of the current call, negative when it has exceeded the limit, zero between
	 * calls. Set by the thread that calls; the first of that thread and the timer to
	 * replace the number decides whether the call was in time.
	 */
	private final AtomicLong current = new AtomicLong();

	// written by the thread that calls, before the current number

	private long number;

	private @Nullable Object subject;

	private @Nullable Thread thread;

	private volatile boolean entered;

	// guarded by this

	/** Number of the call at the last check, and the time since which it is the same. */
	private long seen;

	private long seenSince;

	/** Set when the current call has exceeded the limit. */
	private @Nullable Overdue overdue;

	// written under the lock, read without it

	private volatile @Nullable Disposable timer;

	private volatile boolean stuck;

	InvocationTimeout(Limit limit, Listener listener) {
		this.limit = limit;
		this.listener = listener;
	}

	/**
	 * Start watching before calls are made.
	 * @param thread the thread to interrupt when a call exceeds the limit, or
	 * {@code null}
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
			checkLater();
		}
	}

	/**
	 * Stop watching, as no more calls are made for now.
	 */
	void leave() {
		this.entered = false;
	}

	/**
	 * Begin a call.
	 * @param subject what the listener receives
	 */
	void begin(Object subject) {
		this.subject = subject;
		this.current.setRelease(++this.number);
	}

	/**
	 * End the call.
	 * @return what the listener receives or has received if the call has exceeded the
	 * limit, {@code null} if it has not
	 */
	@Nullable Overdue end() {
		if (this.current.compareAndSet(this.number, 0)) {
			return null;
		}
		Overdue overdue;
		synchronized (this) {
			overdue = this.overdue;
			this.overdue = null;
			this.current.set(0);
		}
		if (this.thread != null) {
			Thread.interrupted();
		}
		return overdue;
	}

	/**
	 * Return the subject of the current call. May be called by any thread.
	 * @return the subject, or {@code null} if no call is going on
	 */
	@Nullable Object currentSubject() {
		long before = this.current.get();
		Object subject = this.subject;
		return (before != 0 && before == this.current.get()) ? subject : null;
	}

	/**
	 * Whether the listener has been or will be informed that a call is stuck. Final once
	 * the call has returned.
	 * @return whether a call is or was stuck
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

	private void check() {
		Object subject;
		Overdue overdue = null;
		synchronized (this) {
			this.timer = null;
			if (!this.entered) {
				return;
			}
			long current = this.current.get();
			if (left(current, FixedDelay.now()) > 0) {
				checkLater();
				return;
			}
			if (current > 0) {
				checkLater();
				if (!this.current.compareAndSet(current, -current)) {
					return;
				}
				overdue = this.listener.overdue();
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

	// time that is left for the current call; under the lock
	private long left(long current, long now) {
		long call = Math.abs(current);
		if (call == 0 || call != this.seen) {
			this.seen = call;
			this.seenSince = now;
			return this.limit.nanos;
		}
		return ((current > 0) ? this.limit.nanos : 2 * this.limit.nanos) - (now - this.seenSince);
	}

	// under the lock, so that the call cannot return meanwhile
	private void interrupt() {
		if (this.thread != null) {
			this.thread.interrupt();
		}
	}

	private void checkLater() {
		this.timer = this.limit.checks.schedule(this::check);
	}

	/**
	 * Limit for each call of a handler.
	 */
	static final class Limit {

		/** Number of checks within the limit. */
		private static final int CHECKS = 8;

		/**
		 * One schedule for each power of two of nanoseconds: limits are many, timers must
		 * be few.
		 */
		private static final Map<Long, FixedDelay> schedules = new ConcurrentHashMap<>();

		private final long nanos;

		private final FixedDelay checks;

		/**
		 * Create a limit.
		 * @param duration the time; zero for no limit
		 */
		Limit(Duration duration) {
			this.nanos = duration.toNanos();
			this.checks = schedules.computeIfAbsent(Long.highestOneBit(Math.max(1, this.nanos / CHECKS)),
					(nanos) -> new FixedDelay(Duration.ofNanos(nanos)));
		}

	}

	/**
	 * Call that has exceeded the limit.
	 *
	 * @param failure the exception that reports it
	 * @param count how many events the handler has failed to handle with this one
	 */
	record Overdue(TimeoutException failure, long count) {

	}

	/**
	 * Receives the calls that exceed the limit.
	 */
	interface Listener {

		/**
		 * Count a call that has exceeded the limit and has not returned yet. Must not do
		 * anything else, because it is called under a lock.
		 * @return the failure
		 */
		Overdue overdue();

		/**
		 * Handle a call that has exceeded the limit. Its thread has been interrupted, and
		 * it may have returned by now.
		 * @param subject what was given for the call
		 * @param overdue the failure
		 */
		void timedOut(Object subject, Overdue overdue);

		/**
		 * Handle a call that has taken twice as long as the limit.
		 * @param subject what was given for the call
		 */
		void stuck(Object subject);

	}

}
