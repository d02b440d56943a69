package dev.llmcallbacks.model;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The provider limits the rate of requests or tokens (429). A retry can help unless the
 * quota is exhausted.
 */
public class RateLimitedException extends ChatModelException {

	/** OpenAI's code and type for an account without credit. */
	private static final String QUOTA_USED_UP = "insufficient_quota";

	/**
	 * Create an exception.
	 * @param message what happened, where, and what to do
	 * @param providerError the error as the provider reported it
	 * @param cause the cause, or {@code null}
	 */
	public RateLimitedException(String message, ProviderError providerError, @Nullable Throwable cause) {
		super(message, providerError, cause);
	}

	/**
	 * Return how long the provider advises to wait.
	 * @return the advised wait, or {@code null} if it gave none
	 */
	public @Nullable Duration retryAfter() {
		return getProviderError().retryAfter();
	}

	@Override
	public boolean isRetryable() {
		ProviderError error = getProviderError();
		return adviceOr(!QUOTA_USED_UP.equals(error.code()) && !QUOTA_USED_UP.equals(error.type()));
	}

}
