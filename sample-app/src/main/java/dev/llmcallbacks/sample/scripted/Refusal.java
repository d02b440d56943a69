package dev.llmcallbacks.sample.scripted;

import org.jspecify.annotations.Nullable;

/**
 * A request is not answered.
 */
final class Refusal extends RuntimeException {

	private final int status;

	private final String type;

	private final @Nullable String param;

	private final @Nullable String code;

	Refusal(int status, String type, String message) {
		this(status, type, null, null, message);
	}

	Refusal(int status, String type, @Nullable String param, @Nullable String code, String message) {
		super(message, null, false, false);
		this.status = status;
		this.type = type;
		this.param = param;
		this.code = code;
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

	String message() {
		return String.valueOf(getMessage());
	}

}
