package dev.llmcallbacks.chain;

import java.util.List;

import reactor.core.publisher.Flux;

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
		Flux<?> items = input;
		for (int i = 0; i < this.steps.size(); i++) {
			DefaultChain<Object, ?> step = (DefaultChain<Object, ?>) this.steps.get(i);
			items = step.transform(items, new Place("seq:step:" + (i + 1), streaming));
		}
		return (Flux<O>) items;
	}

}
