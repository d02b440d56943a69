package dev.llmcallbacks.model;

/**
 * The answer is not JSON, or does not match the schema or the type.
 */
public class MismatchedAnswerException extends AnswerException {

	/**
	 * Create an exception.
	 * @param message what happened, where, and what to do
	 * @param provider the name of the provider
	 * @param text the answer
	 * @param place where in the answer
	 */
	public MismatchedAnswerException(String message, String provider, String text, String place) {
		super(message, provider, text, place);
	}

}
