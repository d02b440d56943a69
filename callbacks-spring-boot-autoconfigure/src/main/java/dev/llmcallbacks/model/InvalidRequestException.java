package dev.llmcallbacks.model;

import org.jspecify.annotations.Nullable;

/**
 * The provider refused the request as it is, or the library did before sending it (400,
 * 409, 413, 422). Only after a conflict (409) can a retry help.
 */
public class InvalidRequestException extends ChatModelException {

	private static final int CONFLICT = 409;

	/**
	 * Create an exception.
	 * @param message what happened, where, and what to do
	 * @param providerError the error as the provider reported it
	 * @param cause the cause, or {@code null}
	 */
	public InvalidRequestException(String message, ProviderError providerError, @Nullable Throwable cause) {
		super(message, providerError, cause);
	}

	@Override
	public boolean isRetryable() {
		Integer status = getProviderError().status();
		return adviceOr(status != null && status == CONFLICT);
	}

}
