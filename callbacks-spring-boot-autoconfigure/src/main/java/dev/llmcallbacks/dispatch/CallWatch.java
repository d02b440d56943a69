package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

/**
 * Watches the time that the calls of one lane take. One timer serves many calls: it looks
 * from time to time how long the call of the moment has been going on. A call that is in
 * time takes no lock.
 */
final class CallWatch {

	private static final long NONE = 0;

	private static final long OVERDUE = 1;

	/** Set in every time at which a call begins, which tells it from the two above. */
	private static final long BEGUN = 2;

	private final long limit;

	private final Listener listener;

	/**
	 * When the call of the moment began. Set by the thread that calls; whoever of that
	 * thread and the timer replaces the time first decides whether the call was in time.
	 */
	private final AtomicLong moment = new AtomicLong(NONE);

	// written by the thread that calls, before the moment

	private long startedAt;

	private @Nullable Object subject;

	private @Nullable Thread thread;

	// guarded by this

	/** Set when the call of the moment has taken longer than the limit. */
	private @Nullable Overdue overdue;

	// written under the lock, read without it for a first look

	private volatile @Nullable Disposable timer;

	CallWatch(Duration limit, Listener listener) {
		this.limit = limit.toNanos();
		this.listener = listener;
	}

	/**
	 * A call begins.
	 * @param subject what the listener is to be told
	 * @param thread the thread to be interrupted when the call takes too long, if any
	 * @param now the time, by the clock of {@code System.nanoTime}
	 */
	void begin(Object subject, @Nullable Thread thread, long now) {
		this.subject = subject;
		this.thread = thread;
		this.startedAt = now | BEGUN;
		this.moment.set(this.startedAt);
		if (this.limit > 0 && this.timer == null) {
			startTimer();
		}
	}

	private synchronized void startTimer() {
		if (this.timer == null) {
			checkAfter(this.limit);
		}
	}

	/**
	 * The call has returned.
	 * @return what the listener is or will be told if it had taken too long, {@code null}
	 * if not
	 */
	@Nullable Overdue end() {
		if (this.moment.compareAndSet(this.startedAt, NONE)) {
			return null;
		}
		Overdue overdue;
		synchronized (this) {
			overdue = this.overdue;
			this.overdue = null;
			this.moment.set(NONE);
		}
		if (this.thread != null) {
			Thread.interrupted();
		}
		return overdue;
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
			long moment = this.moment.get();
			if (moment == NONE) {
				return;
			}
			long left = (moment != OVERDUE) ? this.limit - (System.nanoTime() - moment)
					: 2 * this.limit - (System.nanoTime() - this.startedAt);
			if (left > 0) {
				checkAfter(left);
				return;
			}
			if (moment != OVERDUE) {
				checkAfter(this.limit);
				if (!this.moment.compareAndSet(moment, OVERDUE)) {
					return;
				}
				overdue = this.listener.takesTooLong();
				this.overdue = overdue;
				interrupt();
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

	// under the lock, so that the call cannot return in between
	private void interrupt() {
		if (this.thread != null) {
			this.thread.interrupt();
		}
	}

	private void checkAfter(long nanos) {
		this.timer = Schedulers.parallel().schedule(this::check, nanos, TimeUnit.NANOSECONDS);
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
