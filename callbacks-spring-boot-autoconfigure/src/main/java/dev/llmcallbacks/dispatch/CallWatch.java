package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

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

	private boolean timedOut;

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
	 */
	synchronized void begin(Object subject, @Nullable Thread thread) {
		this.running = true;
		this.subject = subject;
		this.timedOut = false;
		this.thread = thread;
		this.startedAt = System.nanoTime();
		if (this.timer == null && this.limit > 0) {
			checkAfter(this.limit);
		}
	}

	/**
	 * The call has returned.
	 * @return whether it had taken too long
	 */
	boolean end() {
		synchronized (this) {
			this.running = false;
			this.subject = null;
			this.thread = null;
			if (!this.timedOut) {
				return false;
			}
		}
		Thread.interrupted();
		return true;
	}

	synchronized void cancel() {
		if (this.timer != null) {
			this.timer.dispose();
			this.timer = null;
		}
	}

	private void check() {
		Object subject;
		boolean again;
		synchronized (this) {
			this.timer = null;
			subject = this.subject;
			again = this.timedOut;
			if (!this.running || subject == null) {
				return;
			}
			long elapsed = System.nanoTime() - this.startedAt;
			long limit = again ? 2 * this.limit : this.limit;
			if (elapsed < limit) {
				checkAfter(limit - elapsed);
				return;
			}
			if (!again) {
				this.timedOut = true;
				checkAfter(this.limit);
				if (this.thread != null) {
					this.thread.interrupt();
				}
			}
		}
		if (again) {
			this.listener.stuck(subject);
		}
		else {
			this.listener.timedOut(subject);
		}
	}

	private void checkAfter(long nanos) {
		this.timer = Schedulers.parallel().schedule(this::check, nanos, TimeUnit.NANOSECONDS);
	}

	/**
	 * Hears of calls that take too long.
	 */
	interface Listener {

		/**
		 * A call has taken longer than the limit. Its thread has been interrupted.
		 * @param subject what was given for the call
		 */
		void timedOut(Object subject);

		/**
		 * The same call has taken twice as long as the limit.
		 * @param subject what was given for the call
		 */
		void stuck(Object subject);

	}

}
