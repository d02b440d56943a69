package dev.llmcallbacks.callback;

import org.jspecify.annotations.Nullable;

/**
 * Stands for an error that has happened elsewhere: in a recording, where it has no stack
 * trace, or in an event whose content was filtered.
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

	private RecordedException(String errorType, @Nullable String message, @Nullable Throwable cause,
			StackTraceElement[] stackTrace) {
		super(message, cause, false, true);
		this.errorType = errorType;
		setStackTrace(stackTrace);
	}

	/**
	 * Return the form in which an error may be shown.
	 * @param error the error
	 * @param message what may be shown of its message
	 * @param cause the form of its cause
	 * @return an exception with the error's stack trace
	 */
	static RecordedException shown(Throwable error, @Nullable String message, @Nullable Throwable cause) {
		return new RecordedException(typeOf(error), message, cause, error.getStackTrace());
	}

	/**
	 * Return what kind of error it is, or was if it is a recorded one.
	 * @param error the error
	 * @return the name of its class
	 */
	public static String typeOf(Throwable error) {
		return (error instanceof RecordedException recorded) ? recorded.errorType : error.getClass().getName();
	}

	/**
	 * Return what kind of error it was.
	 * @return the name of the error's class, which need not exist here
	 */
	public String errorType() {
		return this.errorType;
	}

	/**
	 * Return what the error itself would print.
	 * @return the name of the error's class, and the message if there is one
	 */
	@Override
	public String toString() {
		String message = getMessage();
		return (message != null) ? this.errorType + ": " + message : this.errorType;
	}

}
