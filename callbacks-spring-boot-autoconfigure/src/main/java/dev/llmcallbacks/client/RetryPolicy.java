package dev.llmcallbacks.client;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often, and after which wait, a call that failed is tried again. Only a call of
 * which nothing has been handed on yet is tried again, and only if a retry can help.
 *
 * @param maxAttempts how many attempts there are at most, the first included; 1 for no
 * retries
 * @param initialBackoff the longest wait after the first attempt; it doubles with each
 * @param maxBackoff how long the wait may become. A wait that the provider advises is
 * obeyed, however long
 */
public record RetryPolicy(int maxAttempts, Duration initialBackoff, Duration maxBackoff) {

	/**
	 * Three attempts, with waits of half a second, a second and so on up to eight.
	 */
	public static final RetryPolicy DEFAULT = new RetryPolicy(3, Duration.ofMillis(500), Duration.ofSeconds(8));

	public RetryPolicy {
		if (maxAttempts < 1) {
			throw new IllegalArgumentException(
					"'max-attempts' counts the first attempt and must be positive, but is " + maxAttempts);
		}
		requireNotNegative("initial-backoff", initialBackoff);
		requireNotNegative("max-backoff", maxBackoff);
	}

	private static void requireNotNegative(String name, Duration duration) {
		if (Objects.requireNonNull(duration, name).isNegative()) {
			throw new IllegalArgumentException("'" + name + "' must not be negative, but is " + duration);
		}
	}

	/**
	 * Return how long to wait after an attempt: between half of the full wait and all of
	 * it, so that many clients do not come back at the same time.
	 * @param attempt the attempt's number, counted from one
	 * @return the wait
	 */
	Duration backoff(int attempt) {
		long full = Math.min(this.maxBackoff.toNanos(), this.initialBackoff.toNanos() << Math.min(attempt - 1, 30));
		full = (full < 0) ? this.maxBackoff.toNanos() : full;
		return Duration.ofNanos(full - (long) (ThreadLocalRandom.current().nextDouble() * full / 2));
	}

}
