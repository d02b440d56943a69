package dev.llmcallbacks.model;

import org.jspecify.annotations.Nullable;

/**
 * The provider did not accept the API key (401).
 */
public class AuthenticationException extends ChatModelException {

	/**
	 * Create an exception.
	 * @param message what happened, where, and what to do
	 * @param providerError the error as the provider reported it
	 * @param cause the cause, or {@code null}
	 */
	public AuthenticationException(String message, ProviderError providerError, @Nullable Throwable cause) {
		super(message, providerError, cause);
	}

	@Override
	public boolean isRetryable() {
		return adviceOr(false);
	}

}
