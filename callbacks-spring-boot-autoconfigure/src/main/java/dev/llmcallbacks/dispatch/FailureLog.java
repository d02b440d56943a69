package dev.llmcallbacks.dispatch;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.llmcallbacks.event.CallbackEvent;

/**
 * Logs the failures of one handler: the first, the second, the fourth, the eighth and so
 * on, so that a handler that fails for each token neither floods the log nor is
 * forgotten.
 */
final class FailureLog {

	private static final Log logger = LogFactory.getLog(CallbackManager.class);

	private final String handler;

	FailureLog(String handler) {
		this.handler = handler;
	}

	void failed(CallbackEvent event, Throwable failure, long count) {
		if (isPowerOfTwo(count)) {
			logger.warn("Handler '" + this.handler + "' failed in " + event.getClass().getSimpleName() + " of run "
					+ event.run().id() + ordinal(count), failure);
		}
	}

	void abandoned(CallbackEvent event, int lost) {
		logger.warn("Handler '" + this.handler + "' was given up for run " + event.run().id()
				+ ": it has not returned from " + event.getClass().getSimpleName() + " within twice its timeout; "
				+ lost + " waiting events were lost");
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
