package dev.llmcallbacks.chain;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import reactor.core.publisher.Flux;
import reactor.util.retry.Retry;
import reactor.util.retry.Retry.RetrySignal;

/**
 * Runs a chain again when it fails.
 *
 * @param <I> the type of input
 * @param <O> the type of output
 * @param chain the chain
 * @param maxAttempts how many attempts there are at most, the first included
 * @param firstBackoff the wait before the second attempt
 */
record RetryStep<I, O>(InnerChain<I, O> chain, int maxAttempts, Duration firstBackoff) implements ValueStep<I, O> {

	RetryStep {
		if (maxAttempts < 1) {
			throw new IllegalArgumentException(
					"'maxAttempts' counts the first attempt and must be positive, but is " + maxAttempts);
		}
		if (firstBackoff.isNegative()) {
			throw new IllegalArgumentException("'firstBackoff' must not be negative, but is " + firstBackoff);
		}
	}

	@Override
	public String name() {
		return "retry";
	}

	@Override
	public Flux<O> apply(I input, boolean streaming) {
		return Flux.defer(() -> {
			AtomicInteger attempts = new AtomicInteger();
			AtomicBoolean emitted = new AtomicBoolean();
			return Flux.defer(() -> this.chain.attempt(input, context(attempts.incrementAndGet(), streaming)))
				.doOnNext((item) -> emitted.set(true))
				.retryWhen(Retry.backoff(this.maxAttempts - 1, this.firstBackoff)
					.filter((failure) -> !emitted.get() && RetryPredicate.isRetryable(failure))
					.onRetryExhaustedThrow((policy, last) -> last(last)));
		});
	}

	private static StepContext context(int attempt, boolean streaming) {
		return new StepContext((attempt > 1) ? Set.of("retry:attempt:" + attempt) : Set.of(), streaming);
	}

	private static Throwable last(RetrySignal signal) {
		return signal.failure();
	}

}
