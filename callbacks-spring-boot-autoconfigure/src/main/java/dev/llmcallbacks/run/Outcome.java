package dev.llmcallbacks.run;

/**
 * How a {@link Run} ended.
 */
public enum Outcome {

	/**
	 * The work was done.
	 */
	COMPLETED,

	/**
	 * The work failed, or a handler that may fail it did.
	 */
	FAILED,

	/**
	 * The subscriber wanted no more of it, or the application was stopped.
	 */
	CANCELLED

}
