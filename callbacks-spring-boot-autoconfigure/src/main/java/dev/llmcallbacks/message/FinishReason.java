package dev.llmcallbacks.message;

/**
 * Reason why a model stopped. The provider's name of the reason is
 * {@link ChatGeneration#rawFinishReason()}.
 */
public enum FinishReason {

	/**
	 * The response is complete, or a stop sequence was reached.
	 */
	STOP,

	/**
	 * The limit of tokens was reached.
	 */
	LENGTH,

	/**
	 * The model calls tools.
	 */
	TOOL_CALLS,

	/**
	 * The provider's content filter, or the model itself, stopped the response.
	 */
	CONTENT_FILTER,

	/**
	 * The provider paused a long response, in the middle of what it does itself. The
	 * response goes on when it is sent back as the last message of the conversation.
	 */
	PAUSED,

	/**
	 * Anything else.
	 */
	OTHER

}
