package dev.llmcallbacks.tool;

/**
 * A model called a tool in a way that it cannot be called: there is no such tool, or the
 * arguments are not what its schema asks for. Handlers hear of it; the model is answered
 * with the message.
 */
public class InvalidToolCallException extends RuntimeException {

	/**
	 * Create an exception.
	 * @param message what is wrong with the call, for the model to read
	 */
	public InvalidToolCallException(String message) {
		super(message);
	}

	/**
	 * Create an exception.
	 * @param message what is wrong with the call, for the model to read
	 * @param cause where it was found out
	 */
	public InvalidToolCallException(String message, Throwable cause) {
		super(message, cause);
	}

}
