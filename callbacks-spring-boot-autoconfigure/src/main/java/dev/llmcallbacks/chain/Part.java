package dev.llmcallbacks.chain;

/**
 * What goes on inside the run of a chain.
 *
 * @param <I> the type of input
 * @param <O> the type of output
 */
sealed interface Part<I, O> permits ValuePart, StreamPart {

	/**
	 * Return the name of the run.
	 * @return the name
	 */
	String name();

}
