package dev.llmcallbacks.chain;

import java.util.List;

import reactor.core.publisher.Flux;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Passes what comes out of one step on to the next.
 *
 * @param <I> the type of input
 * @param <O> the type of output
 * @param steps the steps; each fits to the one before it
 */
record SequencePart<I, O>(List<DefaultChain<?, ?>> steps) implements StreamPart<I, O> {

	SequencePart {
		steps = List.copyOf(steps);
	}

	@Override
	public String name() {
		return "sequence";
	}

	@Override
	@SuppressWarnings("unchecked")
	public Flux<O> apply(Flux<I> input, boolean streaming) {
		return Flux.deferContextual((context) -> {
			Flux<?> items = input;
			for (int i = 0; i < this.steps.size(); i++) {
				Place place = new Place("seq:step:" + (i + 1), streaming);
				items = step((DefaultChain<Object, ?>) this.steps.get(i), items, place, context);
			}
			return (Flux<O>) items;
		});
	}

	// a step that consumes the one before it must not become its parent
	private static Flux<?> step(DefaultChain<Object, ?> step, Flux<?> input, Place place, ContextView sequence) {
		return step.transform(input, place).contextWrite((ignored) -> Context.of(sequence));
	}

}
