package dev.llmcallbacks.provider;

/**
 * A response holds more than {@link ResponseLimits} allow. Is translated before anybody
 * but the reader of the response sees it.
 */
final class ResponseLimitException extends RuntimeException {

	private final String advice;

	/**
	 * Create an exception.
	 * @param what what the provider did
	 * @param advice what to do about it
	 */
	ResponseLimitException(String what, String advice) {
		super(what, null, false, false);
		this.advice = advice;
	}

	String advice() {
		return this.advice;
	}

}
