package dev.llmcallbacks.model;

/**
 * The answer was cut off by its limit of tokens before it was complete.
 */
public class CutOffAnswerException extends AnswerException {

	/**
	 * Create an exception.
	 * @param message what happened, where, and what to do
	 * @param provider the name of the provider
	 * @param text the answer
	 * @param place where in the answer
	 */
	public CutOffAnswerException(String message, String provider, String text, String place) {
		super(message, provider, text, place);
	}

}
