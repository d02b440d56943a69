package dev.llmcallbacks.model;

import org.jspecify.annotations.Nullable;

/**
 * The provider sent something that is not its protocol: malformed JSON, HTML, a redirect,
 * or an event beyond the allowed size.
 */
public class UnreadableResponseException extends ChatModelException {

	/**
	 * Create an exception.
	 * @param message what happened, where, and what to do
	 * @param providerError what the provider said of it
	 * @param cause what lies behind it, or {@code null}
	 */
	public UnreadableResponseException(String message, ProviderError providerError, @Nullable Throwable cause) {
		super(message, providerError, cause);
	}

	@Override
	public boolean isRetryable() {
		return false;
	}

}
