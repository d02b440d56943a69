package dev.llmcallbacks.model;

import org.jspecify.annotations.Nullable;

/**
 * The provider sent something other than its protocol defines: malformed JSON, HTML, a
 * body without an answer, a redirect to another origin, or more than the limits of a
 * response allow.
 */
public class UnreadableResponseException extends ChatModelException {

	/**
	 * Create an exception.
	 * @param message what happened, where, and what to do
	 * @param providerError the error as the provider reported it
	 * @param cause the cause, or {@code null}
	 */
	public UnreadableResponseException(String message, ProviderError providerError, @Nullable Throwable cause) {
		super(message, providerError, cause);
	}

	@Override
	public boolean isRetryable() {
		return adviceOr(false);
	}

}
