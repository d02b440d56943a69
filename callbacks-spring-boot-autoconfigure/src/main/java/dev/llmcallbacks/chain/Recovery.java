package dev.llmcallbacks.chain;

import java.util.concurrent.CancellationException;

import dev.llmcallbacks.dispatch.CallbackException;
import dev.llmcallbacks.dispatch.ShutdownException;

/**
 * Whether there is any point in another attempt.
 */
final class Recovery {

	private Recovery() {
	}

	/**
	 * Whether a failure is one of the work itself.
	 * @param failure the failure
	 * @return {@code false} if somebody wants the work to end
	 */
	static boolean isPossible(Throwable failure) {
		return !(failure instanceof CallbackException || failure instanceof ShutdownException
				|| failure instanceof CancellationException);
	}

}
