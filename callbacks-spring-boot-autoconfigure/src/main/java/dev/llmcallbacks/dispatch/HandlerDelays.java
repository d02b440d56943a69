package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.scheduler.NonBlocking;

import dev.llmcallbacks.event.CallbackEvent;

/**
 * Measures how long one handler holds up runs, and how long it occupies threads that must
 * not be blocked. Logs both at a falling rate: the first, the second, the fourth, the
 * eighth time and so on. Logging never throws. Safe for use by any number of threads.
 */
final class HandlerDelays {

	private static final Log logger = LogFactory.getLog(HandlerDelays.class);

	private static final long LONG_FOR_A_RUN = Duration.ofSeconds(1).toNanos();

	private static final long LONG_FOR_A_THREAD = Duration.ofMillis(100).toNanos();

	private final String handler;

	private final boolean reactive;

	private final LongAdder runs = new LongAdder();

	private final LongAdder nanos = new LongAdder();

	private final LongAdder nanosOfSlowRuns = new LongAdder();

	private final AtomicLong slowRuns = new AtomicLong();

	private final AtomicLong occupations = new AtomicLong();

	private final boolean logged;

	HandlerDelays(String handler, boolean reactive) {
		this(handler, reactive, true);
	}

	private HandlerDelays(String handler, boolean reactive, boolean logged) {
		this.handler = handler;
		this.reactive = reactive;
		this.logged = logged;
	}

	static HandlerDelays unlogged(String handler) {
		return new HandlerDelays(handler, true, false);
	}

	/**
	 * Count a run that has waited for the handler.
	 * @param nanos how long it has waited in total
	 */
	void heldUp(long nanos) {
		this.runs.increment();
		this.nanos.add(nanos);
		if (nanos >= LONG_FOR_A_RUN) {
			this.nanosOfSlowRuns.add(nanos);
			long count = this.slowRuns.incrementAndGet();
			if (isLogged(count)) {
				warn("Handler '%s' has held up %s".formatted(this.handler, (count == 1) ? "a run for " + seconds(nanos)
						: "%d runs for %s on average".formatted(count, seconds(this.nanosOfSlowRuns.sum() / count))));
			}
		}
	}

	/**
	 * Account for a call that has occupied the current thread.
	 * @param event the event that the handler was called for
	 * @param nanos for how long
	 */
	void occupied(CallbackEvent event, long nanos) {
		if (nanos >= LONG_FOR_A_THREAD && Thread.currentThread() instanceof NonBlocking
				&& isLogged(this.occupations.incrementAndGet())) {
			warn("Handler '%s' occupied the thread %s, which must not be blocked, for %d ms in %s of run %s. %s"
				.formatted(this.handler, Thread.currentThread().getName(), nanos / 1_000_000,
						event.getClass().getSimpleName(), event.run().id(),
						this.reactive ? "If it blocks, let it implement CallbackHandler, not AsyncCallbackHandler"
								: "If it blocks, use another delivery than INLINE"));
		}
	}

	private static String seconds(long nanos) {
		long tenths = (nanos + 50_000_000) / 100_000_000;
		return tenths / 10 + "." + tenths % 10 + " s";
	}

	// the message says how many there were
	private static void warn(String message) {
		HandlerActivity.warn(logger, 1, message, null);
	}

	private boolean isLogged(long count) {
		return this.logged && Long.bitCount(count) == 1;
	}

	long runs() {
		return this.runs.sum();
	}

	Duration time() {
		return Duration.ofNanos(this.nanos.sum());
	}

}
