package dev.llmcallbacks.tool;

import java.time.Duration;

/**
 * Thrown when a tool does not end within its time limit.
 */
public class ToolTimeoutException extends RuntimeException {

	/**
	 * Create an exception.
	 * @param tool the tool's name
	 * @param timeout the limit
	 * @param setting what sets the limit
	 */
	public ToolTimeoutException(String tool, Duration timeout, String setting) {
		super("Tool '%s' did not end within %s; allow more with %s".formatted(tool, timeout, setting));
	}

}
