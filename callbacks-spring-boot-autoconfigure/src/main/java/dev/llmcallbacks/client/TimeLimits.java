package dev.llmcallbacks.client;

import java.time.Duration;
import java.util.Objects;

/**
 * Time limits of a call. Only the time counts in which the subscriber waits for the
 * provider: neither the time that handlers take, nor the time in which the subscriber
 * requests nothing. Zero means no limit.
 *
 * @param firstToken from the call, or the retry, to the first chunk of a streamed
 * response
 * @param silence between two chunks of a streamed response
 * @param call the whole call with its retries
 */
public record TimeLimits(Duration firstToken, Duration silence, Duration call) {

	/**
	 * Two minutes to the first token, one of silence, ten for the whole call.
	 */
	public static final TimeLimits DEFAULT = new TimeLimits(Duration.ofMinutes(2), Duration.ofMinutes(1),
			Duration.ofMinutes(10));

	public TimeLimits {
		requireNotNegative("first-token", firstToken);
		requireNotNegative("silence", silence);
		requireNotNegative("call", call);
	}

	private static void requireNotNegative(String name, Duration duration) {
		if (Objects.requireNonNull(duration, name).isNegative()) {
			throw new IllegalArgumentException("'" + name + "' must not be negative, but is " + duration);
		}
	}

}
