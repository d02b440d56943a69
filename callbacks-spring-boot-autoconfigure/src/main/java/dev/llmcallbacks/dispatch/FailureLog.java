package dev.llmcallbacks.dispatch;

import java.util.concurrent.atomic.AtomicLong;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.run.Run;

/**
 * Logs the failures of one handler: the first, the second, the fourth, the eighth and so
 * on, so that a handler that fails for each token neither floods the log nor is
 * forgotten.
 */
final class FailureLog {

	private static final Log logger = LogFactory.getLog(CallbackManager.class);

	private final String handler;

	private final AtomicLong abandoned = new AtomicLong();

	FailureLog(String handler) {
		this.handler = handler;
	}

	void failed(CallbackEvent event, Throwable failure, long count) {
		if (isPowerOfTwo(count)) {
			logger.warn("Handler '" + this.handler + "' failed in " + event.getClass().getSimpleName() + " of run "
					+ event.run().id() + ordinal(count), failure);
		}
	}

	void stuck(CallbackEvent event, int lost) {
		logger.warn("Handler '" + this.handler + "' was given up for run " + event.run().id()
				+ ": it has not returned from " + event.getClass().getSimpleName() + " within twice its timeout; "
				+ lost + " waiting events were lost");
	}

	void abandoned(Run run, int lost) {
		long count = this.abandoned.incrementAndGet();
		if (isPowerOfTwo(count)) {
			logger.warn("Handler '" + this.handler + "' was given up for run " + run.id()
					+ " too, which waited for its turn; " + lost + " waiting events were lost" + ordinal(count));
		}
	}

	void rejected(Throwable reason, long count) {
		if (isPowerOfTwo(count)) {
			logger.warn("The executor of handler '" + this.handler + "' rejected work, which will be tried again"
					+ ordinal(count), reason);
		}
	}

	void withoutContext(Throwable reason) {
		logger.warn("Handler '" + this.handler + "' is called without the thread locals of the run", reason);
	}

	private static String ordinal(long count) {
		return (count > 1) ? " (number " + count + "; not each is logged)" : "";
	}

	private static boolean isPowerOfTwo(long count) {
		return Long.bitCount(count) == 1;
	}

}
