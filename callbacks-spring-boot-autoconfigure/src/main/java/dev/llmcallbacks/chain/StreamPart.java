package dev.llmcallbacks.chain;

import reactor.core.publisher.Flux;

/**
 * A part that begins with the first item of its input.
 *
 * @param <I> the type of input
 * @param <O> the type of output
 */
non-sealed interface StreamPart<I, O> extends Part<I, O> {

	/**
	 * Do the work. Called outside of the run, for each.
	 * @param input the input, to be subscribed to once
	 * @param streaming whether the caller gets items as they come
	 * @return the work, subscribed to inside the run
	 */
	Flux<O> apply(Flux<I> input, boolean streaming);

}
