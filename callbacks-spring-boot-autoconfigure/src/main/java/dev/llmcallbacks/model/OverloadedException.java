package dev.llmcallbacks.model;

import org.jspecify.annotations.Nullable;

/**
 * The provider has no capacity at the moment (503, 529, {@code overloaded_error}).
 */
public class OverloadedException extends ChatModelException {

	/**
	 * Create an exception.
	 * @param message what happened, where, and what to do
	 * @param providerError the error as the provider reported it
	 * @param cause the cause, or {@code null}
	 */
	public OverloadedException(String message, ProviderError providerError, @Nullable Throwable cause) {
		super(message, providerError, cause);
	}

	@Override
	public boolean isRetryable() {
		return adviceOr(true);
	}

}
