package dev.llmcallbacks.model;

import org.jspecify.annotations.Nullable;

/**
 * The provider refused the content of the prompt or of the response.
 */
public class ContentFilteredException extends ChatModelException {

	/**
	 * Create an exception.
	 * @param message what happened, where, and what to do
	 * @param providerError the error as the provider reported it
	 * @param cause the cause, or {@code null}
	 */
	public ContentFilteredException(String message, ProviderError providerError, @Nullable Throwable cause) {
		super(message, providerError, cause);
	}

	@Override
	public boolean isRetryable() {
		return adviceOr(false);
	}

}
