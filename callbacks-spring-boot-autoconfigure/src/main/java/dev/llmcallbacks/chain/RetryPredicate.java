package dev.llmcallbacks.chain;

import java.util.concurrent.CancellationException;

import reactor.core.Exceptions;

import dev.llmcallbacks.dispatch.CallbackException;
import dev.llmcallbacks.dispatch.ShutdownException;

/**
 * Decides whether a failed attempt may be followed by another.
 */
final class RetryPredicate {

	private RetryPredicate() {
	}

	/**
	 * Whether a failure is one of the work itself.
	 * @param failure the failure
	 * @return {@code false} for a handler's veto, the end of the application, a
	 * cancellation and an error of the virtual machine
	 */
	static boolean isRetryable(Throwable failure) {
		return !(failure instanceof CallbackException || failure instanceof ShutdownException
				|| failure instanceof CancellationException || Exceptions.isJvmFatal(failure));
	}

}
