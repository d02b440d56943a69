package dev.llmcallbacks.chain;

import reactor.core.publisher.Flux;

/**
 * Step that begins when its whole input has arrived.
 *
 * @param <I> the type of input
 * @param <O> the type of output
 */
non-sealed interface ValueStep<I, O> extends ChainStep<I, O> {

	/**
	 * Return the work. Called once per run, outside of it.
	 * @param input the input
	 * @param streaming whether the caller receives items as they come
	 * @return the work, subscribed to inside the run
	 */
	Flux<O> apply(I input, boolean streaming);

}
