package dev.llmcallbacks.model;

import org.jspecify.annotations.Nullable;

/**
 * The provider does not know the model or the URL (404).
 */
public class ModelNotFoundException extends ChatModelException {

	/**
	 * Create an exception.
	 * @param message what happened, where, and what to do
	 * @param providerError the error as the provider reported it
	 * @param cause the cause, or {@code null}
	 */
	public ModelNotFoundException(String message, ProviderError providerError, @Nullable Throwable cause) {
		super(message, providerError, cause);
	}

	@Override
	public boolean isRetryable() {
		return adviceOr(false);
	}

}
