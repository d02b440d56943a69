package dev.llmcallbacks.chain;

import reactor.core.publisher.Flux;

/**
 * Step that begins with the first item of its input.
 *
 * @param <I> the type of input
 * @param <O> the type of output
 */
non-sealed interface StreamStep<I, O> extends ChainStep<I, O> {

	/**
	 * Return the work. Called once per run, outside of it.
	 * @param input the input, to be subscribed to once
	 * @param streaming whether the caller receives items as they come
	 * @return the work, subscribed to inside the run
	 */
	Flux<O> apply(Flux<I> input, boolean streaming);

}
