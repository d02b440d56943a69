package dev.llmcallbacks.provider.openai;

/**
 * Field of a Chat Completions request that holds the maximum number of tokens of the
 * response. OpenAI's current models refuse {@code max_tokens}, while many compatible
 * servers know no other field.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/chat/create">OpenAI API
 * reference: create chat completion</a>
 */
public enum MaxTokensField {

	/**
	 * {@link #MAX_COMPLETION_TOKENS} for hosts of OpenAI and of Azure OpenAI,
	 * {@link #MAX_TOKENS} for all others.
	 */
	AUTO("auto"),

	/** {@code max_tokens}. */
	MAX_TOKENS("max_tokens"),

	/** {@code max_completion_tokens}. */
	MAX_COMPLETION_TOKENS("max_completion_tokens");

	private final String field;

	MaxTokensField(String field) {
		this.field = field;
	}

	String nameOn(OpenAiHost host) {
		if (this != AUTO) {
			return this.field;
		}
		return (host != OpenAiHost.OTHER) ? MAX_COMPLETION_TOKENS.field : MAX_TOKENS.field;
	}

}
