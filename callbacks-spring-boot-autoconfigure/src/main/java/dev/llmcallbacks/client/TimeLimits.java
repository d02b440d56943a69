package dev.llmcallbacks.client;

import java.time.Duration;
import java.util.Objects;

/**
 * How long a call may keep its caller waiting. Only the time counts in which the provider
 * is waited for: not what handlers take, and not the pauses of a subscriber that asks for
 * nothing. A limit of zero is none.
 *
 * @param firstToken from the call, or the retry, to the first piece of a streamed answer
 * @param silence between two pieces of a streamed answer
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
