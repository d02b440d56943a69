package dev.llmcallbacks.model;

import org.jspecify.annotations.Nullable;

/**
 * The response is truncated: the connection ended before the protocol's own end.
 */
public class StreamTruncatedException extends ChatModelException {

	/**
	 * Create an exception.
	 * @param message what happened, where, and what to do
	 * @param providerError the error as the provider reported it
	 * @param cause the cause, or {@code null}
	 */
	public StreamTruncatedException(String message, ProviderError providerError, @Nullable Throwable cause) {
		super(message, providerError, cause);
	}

	@Override
	public boolean isRetryable() {
		return adviceOr(true);
	}

}
