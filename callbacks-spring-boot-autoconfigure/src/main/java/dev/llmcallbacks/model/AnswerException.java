package dev.llmcallbacks.model;

/**
 * The model has answered, but not with a value of the requested type: it refused, was cut
 * off, or the answer does not fit. The message does not contain the answer.
 */
public abstract class AnswerException extends ChatModelException {

	private final String text;

	private final String place;

	/**
	 * Create an exception.
	 * @param message what happened, where, and what to do
	 * @param provider the name of the provider
	 * @param text the answer
	 * @param place where in the answer
	 */
	protected AnswerException(String message, String provider, String text, String place) {
		super(message, ProviderError.of(provider), null);
		this.text = text;
		this.place = place;
	}

	/**
	 * Return the answer.
	 * @return its text, of a refusal the explanation; possibly empty
	 */
	public String getText() {
		return this.text;
	}

	/**
	 * Return where in the answer it went wrong.
	 * @return a JSON Pointer to the value that does not fit, empty for the whole; or line
	 * and column where the text is not JSON or ends
	 */
	public String getPlace() {
		return this.place;
	}

	@Override
	public boolean isRetryable() {
		return false;
	}

}
