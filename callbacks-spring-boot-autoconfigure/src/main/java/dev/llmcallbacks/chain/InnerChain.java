package dev.llmcallbacks.chain;

import java.util.function.Function;

import reactor.core.publisher.Flux;

/**
 * A chain as the chain around it runs it.
 *
 * @param <I> the type of input
 * @param <O> the type of output
 */
interface InnerChain<I, O> {

	/**
	 * Run the chain inside another.
	 * @param input what comes from the step before it; subscribed to outside of this
	 * chain's run, so that the step before it is not inside this one
	 * @param context the position of this chain
	 * @return the output
	 */
	Flux<O> transform(Flux<? extends I> input, StepContext context);

	/**
	 * Run the chain in a way that allows for another attempt: unless the caller receives
	 * items as they come, none are emitted when the attempt fails.
	 * @param input the input
	 * @param context the position of this chain
	 * @return the output
	 */
	default Flux<O> attempt(I input, StepContext context) {
		Flux<O> items = transform(Flux.just(input), context);
		return context.streaming() ? items : items.collectList().flatMapIterable(Function.identity());
	}

}
