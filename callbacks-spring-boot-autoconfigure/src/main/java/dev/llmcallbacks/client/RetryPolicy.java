package dev.llmcallbacks.client;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Policy for retries of a call: how often a call that failed is tried again, and after
 * which wait. A call is tried again only as long as nothing of its answer has been handed
 * on, and only if a retry can help.
 *
 * @param maxAttempts how many attempts there are at most, the first included; 1 for no
 * retries
 * @param initialBackoff the longest wait after the first attempt; it doubles with each
 * @param maxBackoff the longest wait that the doubling leads to
 * @param maxAdvisedWait the longest wait that a provider may advise; a call that would
 * have to wait longer fails with the provider's error. A shorter one is obeyed, also if
 * it is longer than {@code maxBackoff}
 */
public record RetryPolicy(int maxAttempts, Duration initialBackoff, Duration maxBackoff, Duration maxAdvisedWait) {

	private static final Duration DEFAULT_MAX_ADVISED_WAIT = Duration.ofMinutes(1);

	/**
	 * Three attempts, with waits of half a second, a second and so on up to eight, and
	 * advised waits of up to a minute.
	 */
	public static final RetryPolicy DEFAULT = new RetryPolicy(3, Duration.ofMillis(500), Duration.ofSeconds(8));

	public RetryPolicy {
		if (maxAttempts < 1) {
			throw new IllegalArgumentException(
					"'max-attempts' counts the first attempt and must be positive, but is " + maxAttempts);
		}
		requireNotNegative("initial-backoff", initialBackoff);
		requireNotNegative("max-backoff", maxBackoff);
		requireNotNegative("max-advised-wait", maxAdvisedWait);
	}

	/**
	 * Create a policy with advised waits of up to a minute.
	 * @param maxAttempts how many attempts there are at most, the first included
	 * @param initialBackoff the longest wait after the first attempt
	 * @param maxBackoff the longest wait that the doubling leads to
	 */
	public RetryPolicy(int maxAttempts, Duration initialBackoff, Duration maxBackoff) {
		this(maxAttempts, initialBackoff, maxBackoff, DEFAULT_MAX_ADVISED_WAIT);
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
