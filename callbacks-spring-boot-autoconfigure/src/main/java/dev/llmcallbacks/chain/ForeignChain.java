package dev.llmcallbacks.chain;

import reactor.core.publisher.Flux;

/**
 * Runs a chain of another implementation, such as a proxy of a bean, inside a chain. It
 * takes one value.
 *
 * @param <I> the type of input
 * @param <O> the type of output
 * @param chain the chain
 */
record ForeignChain<I, O>(Chain<I, O> chain) implements InnerChain<I, O> {

	@Override
	public Flux<O> transform(Flux<? extends I> input, StepContext context) {
		return OutputAggregator.of(input)
			.flatMapMany((value) -> Flux
				.defer(() -> context.streaming() ? this.chain.stream(value) : this.chain.invoke(value).flux())
				.contextWrite(context::write));
	}

}
