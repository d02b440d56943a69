package dev.llmcallbacks.chain;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

import reactor.core.publisher.Flux;

/**
 * Runs one chain after the other until one does not fail.
 *
 * @param <I> the type of input
 * @param <O> the type of output
 * @param chains the chains
 */
record FallbacksPart<I, O>(List<DefaultChain<? super I, ? extends O>> chains) implements ValuePart<I, O> {

	FallbacksPart {
		chains = List.copyOf(chains);
	}

	@Override
	public String name() {
		return "fallbacks";
	}

	@Override
	public Flux<O> apply(I input, boolean streaming) {
		return from(0, input, new Place(Set.of(), streaming));
	}

	private Flux<O> from(int index, I input, Place place) {
		return Flux.defer(() -> {
			AtomicBoolean handedOn = new AtomicBoolean();
			Flux<O> attempt = this.chains.get(index).attempt(input, place).map((item) -> {
				handedOn.set(true);
				return item;
			});
			if (index + 1 == this.chains.size()) {
				return attempt;
			}
			return attempt.onErrorResume((failure) -> !handedOn.get() && Recovery.isPossible(failure),
					(failure) -> from(index + 1, input, place));
		});
	}

}
