package dev.llmcallbacks.tool;

/**
 * Internal to the library: an answer does not fit its type. The message does not contain
 * the answer.
 */
public final class UnfitAnswerException extends RuntimeException {

	private final String place;

	// Without the cause, whose message quotes the answer
	UnfitAnswerException(String place, String message) {
		super(message);
		this.place = place;
	}

	/**
	 * Return where in the answer it does not fit.
	 * @return a JSON Pointer, or line and column where the text is not JSON
	 */
	public String getPlace() {
		return this.place;
	}

}
