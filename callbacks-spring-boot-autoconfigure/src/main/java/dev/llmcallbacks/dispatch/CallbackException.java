package dev.llmcallbacks.dispatch;

import org.jspecify.annotations.Nullable;

/**
 * A run failed because a handler with {@code raiseError} did. The cause is the handler's
 * exception.
 */
public class CallbackException extends RuntimeException {

	/**
	 * Create an exception.
	 * @param message which handler failed, and in which event of which run
	 * @param cause the handler's exception
	 */
	public CallbackException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
