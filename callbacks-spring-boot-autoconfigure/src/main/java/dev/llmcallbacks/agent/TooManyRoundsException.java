package dev.llmcallbacks.agent;

/**
 * An agent's model still wanted tools called after the last round.
 */
public class TooManyRoundsException extends RuntimeException {

	/**
	 * Create an exception.
	 * @param message which agent it was, and how many rounds there were
	 */
	public TooManyRoundsException(String message) {
		super(message);
	}

}
