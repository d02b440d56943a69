package dev.llmcallbacks.message;

/**
 * Why a model stopped. Providers' own words are mapped to these; the word itself is on
 * {@link ChatGeneration#rawFinishReason()}.
 */
public enum FinishReason {

	/**
	 * The answer was complete, or a stop sequence was met.
	 */
	STOP,

	/**
	 * The limit of tokens was reached.
	 */
	LENGTH,

	/**
	 * The model wants tools called.
	 */
	TOOL_CALLS,

	/**
	 * The provider's filter, or the model itself, refused to go on.
	 */
	CONTENT_FILTER,

	/**
	 * Anything else.
	 */
	OTHER

}
