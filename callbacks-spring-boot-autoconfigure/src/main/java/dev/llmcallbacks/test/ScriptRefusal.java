package dev.llmcallbacks.test;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Error that a provider responds with.
 */
final class ScriptRefusal extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final int status;

	private final String type;

	private final @Nullable String param;

	private final @Nullable String code;

	private final @Nullable Duration retryAfter;

	ScriptRefusal(int status, String type, String message) {
		this(status, type, null, null, message, null);
	}

	ScriptRefusal(int status, String type, @Nullable String param, @Nullable String code, String message) {
		this(status, type, param, code, message, null);
	}

	private ScriptRefusal(int status, String type, @Nullable String param, @Nullable String code, String message,
			@Nullable Duration retryAfter) {
		super(message, null, false, false);
		this.status = status;
		this.type = type;
		this.param = param;
		this.code = code;
		this.retryAfter = retryAfter;
	}

	/**
	 * Return this error with other words.
	 * @param message the message, or {@code null} for this one
	 * @param retryAfter the advised wait, or {@code null}
	 * @return the error
	 */
	ScriptRefusal with(@Nullable String message, @Nullable Duration retryAfter) {
		return new ScriptRefusal(this.status, this.type, this.param, this.code, (message != null) ? message : message(),
				retryAfter);
	}

	int status() {
		return this.status;
	}

	String type() {
		return this.type;
	}

	@Nullable String param() {
		return this.param;
	}

	@Nullable String code() {
		return this.code;
	}

	@Nullable Duration retryAfter() {
		return this.retryAfter;
	}

	String message() {
		return String.valueOf(getMessage());
	}

}
