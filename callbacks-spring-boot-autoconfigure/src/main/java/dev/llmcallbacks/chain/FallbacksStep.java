package dev.llmcallbacks.chain;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

import reactor.core.publisher.Flux;

/**
 * Runs one chain after the other until one succeeds.
 *
 * @param <I> the type of input
 * @param <O> the type of output
 * @param chains the chains
 */
record FallbacksStep<I, O>(List<InnerChain<? super I, ? extends O>> chains) implements ValueStep<I, O> {

	FallbacksStep {
		chains = List.copyOf(chains);
	}

	@Override
	public String name() {
		return "fallbacks";
	}

	@Override
	public Flux<O> apply(I input, boolean streaming) {
		return from(0, input, new StepContext(Set.of(), streaming));
	}

	private Flux<O> from(int index, I input, StepContext context) {
		return Flux.defer(() -> {
			AtomicBoolean emitted = new AtomicBoolean();
			Flux<O> attempt = this.chains.get(index).attempt(input, context).map((item) -> {
				emitted.set(true);
				return item;
			});
			if (index + 1 == this.chains.size()) {
				return attempt;
			}
			return attempt.onErrorResume((failure) -> !emitted.get() && RetryPredicate.isRetryable(failure),
					(failure) -> from(index + 1, input, context));
		});
	}

}
