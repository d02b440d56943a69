package dev.llmcallbacks.chain;

import reactor.core.publisher.Flux;

/**
 * A part that begins when its whole input is there.
 *
 * @param <I> the type of input
 * @param <O> the type of output
 */
non-sealed interface ValuePart<I, O> extends Part<I, O> {

	/**
	 * Do the work. Called outside of the run, for each.
	 * @param input the input
	 * @param streaming whether the caller gets items as they come
	 * @return the work, subscribed to inside the run
	 */
	Flux<O> apply(I input, boolean streaming);

}
