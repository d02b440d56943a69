package dev.llmcallbacks.message;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What the provider said about an answer as a whole.
 *
 * @param modelName the model that answered, or {@code null} if that is not known
 * @param tokenUsage the tokens used
 * @param id the provider's id of the answer, or {@code null}
 */
public record LlmOutput(@Nullable String modelName, TokenUsage tokenUsage, @Nullable String id) {

	/**
	 * Nothing is known.
	 */
	public static final LlmOutput NONE = new LlmOutput(null, TokenUsage.NONE, null);

	public LlmOutput {
		Objects.requireNonNull(tokenUsage, "'tokenUsage' must not be null");
	}

}
