package dev.llmcallbacks.model;

import org.jspecify.annotations.Nullable;

/**
 * The API key is valid but lacks the permission, or the account cannot pay (402, 403).
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
