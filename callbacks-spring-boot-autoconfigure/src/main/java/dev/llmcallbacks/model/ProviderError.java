package dev.llmcallbacks.model;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What a provider said of a failed call.
 *
 * @param provider the provider's name
 * @param status the HTTP status, or {@code null} when none was received or when the error
 * came inside a stream
 * @param type the provider's type of error, or {@code null}
 * @param code the provider's code, or {@code null}
 * @param message the provider's own words, or {@code null}
 * @param requestId the provider's id of the request, or {@code null}
 * @param retryAfter how long the provider advises to wait, or {@code null}
 */
public record ProviderError(String provider, @Nullable Integer status, @Nullable String type, @Nullable String code,
		@Nullable String message, @Nullable String requestId, @Nullable Duration retryAfter) {

	public ProviderError {
		Objects.requireNonNull(provider, "'provider' must not be null");
	}

	/**
	 * An error of which nothing but the provider is known.
	 * @param provider the provider's name
	 * @return the error
	 */
	public static ProviderError of(String provider) {
		return new ProviderError(provider, null, null, null, null, null, null);
	}

}
