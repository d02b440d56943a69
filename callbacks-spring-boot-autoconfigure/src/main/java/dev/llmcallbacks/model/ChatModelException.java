package dev.llmcallbacks.model;

import org.jspecify.annotations.Nullable;

/**
 * Failure of a chat model's call. The message says in one sentence what happened, where,
 * and what to do. It holds no API key, and text of the provider in it is cut and
 * printable.
 */
public abstract class ChatModelException extends RuntimeException {

	private final ProviderError providerError;

	/**
	 * Create an exception.
	 * @param message what happened, where, and what to do
	 * @param providerError the error as the provider reported it
	 * @param cause the cause, or {@code null}
	 */
	protected ChatModelException(String message, ProviderError providerError, @Nullable Throwable cause) {
		super(message, cause);
		this.providerError = providerError;
	}

	/**
	 * Return the error as the provider reported it: HTTP status, code, message, request
	 * id, and its advice on when to try again.
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

	/**
	 * Return whether the provider advises to try again.
	 * @param byDefault the answer if the provider gives no advice
	 * @return the advice
	 */
	protected final boolean adviceOr(boolean byDefault) {
		Boolean advice = this.providerError.shouldRetry();
		return (advice != null) ? advice : byDefault;
	}

}
