package dev.llmcallbacks.chain;

/**
 * Work inside the run of a chain.
 *
 * @param <I> the type of input
 * @param <O> the type of output
 */
sealed interface ChainStep<I, O> permits ValueStep, StreamStep {

	/**
	 * Return the name of the run.
	 * @return the name
	 */
	String name();

}
