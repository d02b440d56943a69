package dev.llmcallbacks.run;

/**
 * What kind of work a {@link Run} is.
 */
public enum RunType {

	/**
	 * One call of a chat model.
	 */
	LLM,

	/**
	 * A step, or a composition of steps, of the application.
	 */
	CHAIN,

	/**
	 * One call of a tool.
	 */
	TOOL,

	/**
	 * One look-up of documents.
	 */
	RETRIEVER,

	/**
	 * Rounds of model and tool calls.
	 */
	AGENT

}
