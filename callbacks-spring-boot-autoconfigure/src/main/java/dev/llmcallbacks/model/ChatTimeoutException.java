package dev.llmcallbacks.model;

import org.jspecify.annotations.Nullable;

/**
 * A time limit was exceeded, here or at the provider (408, {@code timeout_error}).
 */
public class ChatTimeoutException extends ChatModelException {

	/**
	 * Create an exception.
	 * @param message what happened, where, and what to do
	 * @param providerError the error as the provider reported it
	 * @param cause the cause, or {@code null}
	 */
	public ChatTimeoutException(String message, ProviderError providerError, @Nullable Throwable cause) {
		super(message, providerError, cause);
	}

	@Override
	public boolean isRetryable() {
		return adviceOr(true);
	}

}
