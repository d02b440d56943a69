package dev.llmcallbacks.tool;

/**
 * Thrown when a model's call of a tool is invalid: there is no such tool, the arguments
 * do not match its schema, or the call exceeds a limit. Handlers receive the exception,
 * whose message has no values from the call; the model receives the answer, which may
 * quote them.
 */
public class InvalidToolCallException extends RuntimeException {

	private final String answer;

	/**
	 * Create an exception whose message is the answer as well.
	 * @param message what is wrong with the call
	 */
	public InvalidToolCallException(String message) {
		this(message, message);
	}

	/**
	 * Create an exception.
	 * @param message what is wrong with the call, for handlers, logs and traces; without
	 * values from the call
	 * @param answer what is wrong with the call, for the model
	 */
	public InvalidToolCallException(String message, String answer) {
		super(message);
		this.answer = answer;
	}

	/**
	 * Create an exception whose message is the answer as well.
	 * @param message what is wrong with the call
	 * @param cause where it was detected
	 */
	public InvalidToolCallException(String message, Throwable cause) {
		super(message, cause);
		this.answer = message;
	}

	/**
	 * Return the text that the model receives.
	 * @return the text, which may quote values from the call
	 */
	public String getAnswer() {
		return this.answer;
	}

}
