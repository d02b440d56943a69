package dev.llmcallbacks.model;

import org.jspecify.annotations.Nullable;

/**
 * A call of a chat model failed. The message says in one sentence what happened, where,
 * and what to do; it never holds an API key.
 */
public abstract class ChatModelException extends RuntimeException {

	private final ProviderError providerError;

	/**
	 * Create an exception.
	 * @param message what happened, where, and what to do
	 * @param providerError what the provider said of it
	 * @param cause what lies behind it, or {@code null}
	 */
	protected ChatModelException(String message, ProviderError providerError, @Nullable Throwable cause) {
		super(message, cause);
		this.providerError = providerError;
	}

	/**
	 * Return what the provider said of the failure: HTTP status, code, message, request
	 * id, advised wait.
	 * @return the provider's error
	 */
	public ProviderError getProviderError() {
		return this.providerError;
	}

	/**
	 * Whether the same call may succeed later.
	 * @return whether a retry can help
	 */
	public abstract boolean isRetryable();

}
