package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

/**
 * Watches the time that the calls of one lane take. One timer serves many calls: it looks
 * from time to time how long the call of the moment has been going on.
 */
final class CallWatch {

	private final long limit;

	private final Listener listener;

	// guarded by this

	private boolean running;

	private long startedAt;

	/** Set when the call of the moment has taken longer than the limit. */
	private @Nullable Overdue overdue;

	private @Nullable Object subject;

	private @Nullable Thread thread;

	private @Nullable Disposable timer;

	CallWatch(Duration limit, Listener listener) {
		this.limit = limit.toNanos();
		this.listener = listener;
	}

	/**
	 * A call begins.
	 * @param subject what the listener is to be told
	 * @param thread the thread to be interrupted when the call takes too long, if any
	 * @return the time at which it begins, by the clock of {@code System.nanoTime}
	 */
	synchronized long begin(Object subject, @Nullable Thread thread) {
		this.running = true;
		this.subject = subject;
		this.overdue = null;
		this.thread = thread;
		this.startedAt = System.nanoTime();
		if (this.timer == null && this.limit > 0) {
			checkAfter(this.limit);
		}
		return this.startedAt;
	}

	/**
	 * The call has returned.
	 * @return what the listener is or will be told if it had taken too long, {@code null}
	 * if not
	 */
	@Nullable Overdue end() {
		Overdue overdue;
		boolean interrupted;
		synchronized (this) {
			overdue = this.overdue;
			interrupted = overdue != null && this.thread != null;
			this.running = false;
			this.subject = null;
			this.thread = null;
		}
		if (interrupted) {
			Thread.interrupted();
		}
		return overdue;
	}

	synchronized void cancel() {
		if (this.timer != null) {
			this.timer.dispose();
			this.timer = null;
		}
	}

	private void check() {
		Object subject;
		Overdue overdue = null;
		synchronized (this) {
			this.timer = null;
			subject = this.subject;
			if (!this.running || subject == null) {
				return;
			}
			long elapsed = System.nanoTime() - this.startedAt;
			long limit = (this.overdue != null) ? 2 * this.limit : this.limit;
			if (elapsed < limit) {
				checkAfter(limit - elapsed);
				return;
			}
			if (this.overdue == null) {
				overdue = this.listener.takesTooLong();
				this.overdue = overdue;
				checkAfter(this.limit);
				interrupt();
			}
		}
		if (overdue != null) {
			this.listener.timedOut(subject, overdue);
		}
		else {
			this.listener.stuck(subject);
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
