package dev.llmcallbacks.model;

import org.jspecify.annotations.Nullable;

/**
 * No response was received: the name did not resolve, the connection was refused or
 * closed, or TLS failed.
 */
public class ConnectionFailedException extends ChatModelException {

	/**
	 * Create an exception.
	 * @param message what happened, where, and what to do
	 * @param providerError the error as the provider reported it
	 * @param cause the cause, or {@code null}
	 */
	public ConnectionFailedException(String message, ProviderError providerError, @Nullable Throwable cause) {
		super(message, providerError, cause);
	}

	@Override
	public boolean isRetryable() {
		return adviceOr(true);
	}

}
