package dev.llmcallbacks.model;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Error of a provider: the facts of a failed call as the provider reported them.
 *
 * @param provider the provider's name
 * @param status the HTTP status, or {@code null} when none was received or when the error
 * came inside a stream
 * @param type the provider's type of error, or {@code null}
 * @param code the provider's code, or {@code null}
 * @param message the provider's own message, cut and without secrets, or {@code null}
 * @param requestId the provider's id of the request, or {@code null}
 * @param retryAfter how long the provider advises to wait, a year at most, or
 * {@code null}
 * @param shouldRetry whether the provider advises to try again, or {@code null} if it
 * gives no such advice
 */
public record ProviderError(String provider, @Nullable Integer status, @Nullable String type, @Nullable String code,
		@Nullable String message, @Nullable String requestId, @Nullable Duration retryAfter,
		@Nullable Boolean shouldRetry) {

	public ProviderError {
		Objects.requireNonNull(provider, "'provider' must not be null");
	}

	/**
	 * Create an error whose provider gives no advice on whether to try again.
	 * @param provider the provider's name
	 * @param status the HTTP status, or {@code null}
	 * @param type the provider's type of error, or {@code null}
	 * @param code the provider's code, or {@code null}
	 * @param message the provider's own message, or {@code null}
	 * @param requestId the provider's id of the request, or {@code null}
	 * @param retryAfter how long the provider advises to wait, or {@code null}
	 */
	public ProviderError(String provider, @Nullable Integer status, @Nullable String type, @Nullable String code,
			@Nullable String message, @Nullable String requestId, @Nullable Duration retryAfter) {
		this(provider, status, type, code, message, requestId, retryAfter, null);
	}

	/**
	 * Return an error of which nothing but the provider is known.
	 * @param provider the provider's name
	 * @return the error
	 */
	public static ProviderError of(String provider) {
		return new ProviderError(provider, null, null, null, null, null, null, null);
	}

}
