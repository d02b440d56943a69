package dev.llmcallbacks.run;

/**
 * Outcome of a {@link Run}.
 */
public enum Outcome {

	/**
	 * The work completed.
	 */
	COMPLETED,

	/**
	 * The work failed, or a handler with {@code raiseError} did.
	 */
	FAILED,

	/**
	 * The subscriber cancelled the run, or the application stopped.
	 */
	CANCELLED

}
