package dev.llmcallbacks.model;

/**
 * The model, or a filter of the provider, refused to answer.
 */
public class RefusedAnswerException extends AnswerException {

	/**
	 * Create an exception.
	 * @param message what happened, where, and what to do
	 * @param provider the name of the provider
	 * @param text the answer
	 * @param place where in the answer
	 */
	public RefusedAnswerException(String message, String provider, String text, String place) {
		super(message, provider, text, place);
	}

}
