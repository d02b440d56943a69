package dev.llmcallbacks.chain;

import java.util.List;

import reactor.core.publisher.Flux;

/**
 * Passes the output of each step to the next.
 *
 * @param <I> the type of input
 * @param <O> the type of output
 * @param steps the steps; each takes the output of the one before it
 */
record SequenceStep<I, O>(List<InnerChain<?, ?>> steps) implements StreamStep<I, O> {

	SequenceStep {
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
			InnerChain<Object, ?> step = (InnerChain<Object, ?>) this.steps.get(i);
			items = step.transform(items, new StepContext("seq:step:" + (i + 1), streaming));
		}
		return (Flux<O>) items;
	}

}
