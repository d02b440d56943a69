package dev.llmcallbacks.handlers;

import org.jspecify.annotations.Nullable;

/**
 * Stands in a recording for the error that had happened. Has no stack trace.
 */
public final class RecordedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String errorType;

	/**
	 * Create an exception.
	 * @param errorType the name of the error's class
	 * @param message the error's message
	 */
	public RecordedException(String errorType, @Nullable String message) {
		super(message, null, false, false);
		this.errorType = errorType;
	}

	/**
	 * Return what kind of error it was.
	 * @return the name of the error's class, which need not exist here
	 */
	public String errorType() {
		return this.errorType;
	}

}
