package dev.llmcallbacks.model;

import org.jspecify.annotations.Nullable;

/**
 * The provider failed (5xx, {@code api_error}), or reported an error of an unknown kind.
 */
public class ServerErrorException extends ChatModelException {

	/**
	 * Create an exception.
	 * @param message what happened, where, and what to do
	 * @param providerError the error as the provider reported it
	 * @param cause the cause, or {@code null}
	 */
	public ServerErrorException(String message, ProviderError providerError, @Nullable Throwable cause) {
		super(message, providerError, cause);
	}

	@Override
	public boolean isRetryable() {
		return adviceOr(true);
	}

}
