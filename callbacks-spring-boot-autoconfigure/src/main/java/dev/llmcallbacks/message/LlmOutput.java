package dev.llmcallbacks.message;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Facts about a response as a whole.
 *
 * @param modelName the name of the model, or {@code null} if it is not known
 * @param tokenUsage the tokens used
 * @param id the provider's id of the response, or {@code null}
 */
public record LlmOutput(@Nullable String modelName, TokenUsage tokenUsage, @Nullable String id) {

	/**
	 * Output of which nothing is known.
	 */
	public static final LlmOutput NONE = new LlmOutput(null, TokenUsage.NONE, null);

	public LlmOutput {
		Objects.requireNonNull(tokenUsage, "'tokenUsage' must not be null");
	}

}
