package dev.llmcallbacks.run;

/**
 * Kind of work of a {@link Run}.
 */
public enum RunType {

	/**
	 * Call of a chat model.
	 */
	LLM,

	/**
	 * Step of the application, or a composition of steps.
	 */
	CHAIN,

	/**
	 * Call of a tool.
	 */
	TOOL,

	/**
	 * Search for documents.
	 */
	RETRIEVER,

	/**
	 * Rounds of model and tool calls.
	 */
	AGENT

}
