package dev.llmcallbacks.model;

import org.jspecify.annotations.Nullable;

/**
 * The API key is good but may not do this, or the account cannot pay for it (402, 403).
 */
public class PermissionDeniedException extends ChatModelException {

	/**
	 * Create an exception.
	 * @param message what happened, where, and what to do
	 * @param providerError the error as the provider reported it
	 * @param cause the cause, or {@code null}
	 */
	public PermissionDeniedException(String message, ProviderError providerError, @Nullable Throwable cause) {
		super(message, providerError, cause);
	}

	@Override
	public boolean isRetryable() {
		return adviceOr(false);
	}

}
