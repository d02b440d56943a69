package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.run.Run;

/**
 * Counts what one handler does in all runs, and logs its failures: the first, the second,
 * the fourth, the eighth and so on, so that a handler that fails for every token does not
 * flood the log. Logging never throws. Safe for use by any number of threads.
 */
final class HandlerActivity {

	private static final Log logger = LogFactory.getLog(HandlerActivity.class);

	private final String handler;

	private final HandlerDelays delays;

	private final LongAdder delivered = new LongAdder();

	private final AtomicLong failed = new AtomicLong();

	private final LongAdder timedOut = new LongAdder();

	private final LongAdder dropped = new LongAdder();

	private final AtomicLong rejected = new AtomicLong();

	private final AtomicLong notBound = new AtomicLong();

	private final AtomicLong detached = new AtomicLong();

	private final AtomicLong withoutThreadLocals = new AtomicLong();

	private final LongAdder nanos = new LongAdder();

	private final AtomicLong longest = new AtomicLong();

	private final AtomicInteger highWaterMark = new AtomicInteger();

	/**
	 * Create an activity without calls.
	 * @param handler the handler's name
	 * @param delays the delays that the handler causes
	 */
	HandlerActivity(String handler, HandlerDelays delays) {
		this.handler = handler;
		this.delays = delays;
	}

	HandlerDelays delays() {
		return this.delays;
	}

	void delivered(int events) {
		this.delivered.add(events);
	}

	/**
	 * Add the time of a call, or of some calls that are shorter than can be measured.
	 * @param nanos the time in nanoseconds
	 */
	void busy(long nanos) {
		this.nanos.add(nanos);
		if (nanos > this.longest.get()) {
			this.longest.accumulateAndGet(nanos, Math::max);
		}
	}

	/**
	 * Count an event that the handler did not handle.
	 * @return how many there are by now
	 */
	long failed() {
		return this.failed.incrementAndGet();
	}

	void timedOut() {
		this.timedOut.increment();
	}

	void dropped(int events) {
		if (events > 0) {
			this.dropped.add(events);
		}
	}

	void depth(int events) {
		if (events > this.highWaterMark.get()) {
			this.highWaterMark.accumulateAndGet(events, Math::max);
		}
	}

	/**
	 * Log an event that the handler did not handle.
	 * @param event the event
	 * @param failure why
	 * @param count how many there were with this one
	 */
	void logFailure(CallbackEvent event, Throwable failure, long count) {
		warn(count, "Handler '" + this.handler + "' failed in " + event.getClass().getSimpleName() + " of run "
				+ event.run().id(), failure);
	}

	/**
	 * Count and log that the handler takes no part in a run, because it could not be
	 * created or its {@code supports} method threw.
	 * @param run the run's name
	 * @param failure why
	 */
	void notBound(String run, Throwable failure) {
		failed();
		warn(this.notBound.incrementAndGet(), "Handler '" + this.handler + "' could not be prepared for run '" + run
				+ "' and receives none of its events", failure);
	}

	void aborted(CallbackEvent event, int lost) {
		warn(1, "Handler '" + this.handler + "' was abandoned for run " + event.run().id()
				+ ": it has not returned from " + event.getClass().getSimpleName() + " within twice its timeout; "
				+ lost + " waiting events were lost", null);
	}

	void abortedBehind(Run run, int lost) {
		warn(this.detached.incrementAndGet(),
				"Handler '" + this.handler + "' was abandoned for run " + run.id()
						+ ", which waited for its turn: too many runs wait for a call that does not return; " + lost
						+ " waiting events were lost",
				null);
	}

	/**
	 * Count and log a task that the handler's executor rejected.
	 * @param reason why
	 */
	void rejected(Throwable reason) {
		warn(this.rejected.incrementAndGet(),
				"The executor of handler '" + this.handler + "' rejected work, which is submitted again", reason);
	}

	void withoutThreadLocal(Throwable reason) {
		warn(this.withoutThreadLocals.incrementAndGet(),
				"Handler '" + this.handler + "' is called without one of the run's thread-local values", reason);
	}

	private static void warn(long count, String message, @Nullable Throwable failure) {
		warn(logger, count, message, failure);
	}

	/**
	 * Log at a falling rate: for the first, second, fourth, eighth time and so on. A
	 * failure may be of any class, and its {@code getMessage()} may throw.
	 * @param logger the logger
	 * @param count how many there were with this one
	 * @param message the message
	 * @param failure the failure, or {@code null}
	 */
	static void warn(Log logger, long count, String message, @Nullable Throwable failure) {
		if (Long.bitCount(count) != 1) {
			return;
		}
		String line = (count > 1) ? message + " (number " + count + "; not every one is logged)" : message;
		try {
			if (failure != null) {
				logger.warn(line, failure);
			}
			else {
				logger.warn(line);
			}
		}
		catch (Throwable ex) {
			logUnprintable(line, failure);
		}
	}

	static void logUnprintable(String line, @Nullable Throwable failure) {
		try {
			logger.warn((failure != null)
					? line + ": " + failure.getClass().getName() + " (the exception could not be printed)" : line);
		}
		catch (Throwable ex) {
			// nothing is left to report to
		}
	}

	HandlerStatistics snapshot() {
		return new HandlerStatistics(this.handler, this.delivered.sum(), this.failed.get(), this.timedOut.sum(),
				this.dropped.sum(), this.rejected.get(), this.highWaterMark.get(), Duration.ofNanos(this.nanos.sum()),
				Duration.ofNanos(this.longest.get()), this.delays.runs(), this.delays.time());
	}

}
