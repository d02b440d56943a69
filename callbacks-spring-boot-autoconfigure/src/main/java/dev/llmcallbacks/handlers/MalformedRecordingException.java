package dev.llmcallbacks.handlers;

import org.jspecify.annotations.Nullable;

/**
 * Indicates that a line of a recording is not an event.
 */
public final class MalformedRecordingException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final long lineNumber;

	/**
	 * Create an exception.
	 * @param lineNumber the number of the line, counted from one
	 * @param reason what is wrong with it
	 * @param cause why it could not be read, or {@code null}
	 */
	public MalformedRecordingException(long lineNumber, String reason, @Nullable Throwable cause) {
		super("Line " + lineNumber + " of the recording is not an event: " + reason, cause);
		this.lineNumber = lineNumber;
	}

	/**
	 * Return the number of the malformed line.
	 * @return the number of the line, counted from one
	 */
	public long lineNumber() {
		return this.lineNumber;
	}

}
