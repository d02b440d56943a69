package dev.llmcallbacks.dispatch;

/**
 * No run was started because the application is stopping.
 */
public class ShutdownException extends RuntimeException {

	/**
	 * Create an exception.
	 * @param message what was not started
	 */
	public ShutdownException(String message) {
		super(message);
	}

}
