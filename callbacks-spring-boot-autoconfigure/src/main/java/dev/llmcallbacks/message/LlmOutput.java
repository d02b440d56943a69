package dev.llmcallbacks.message;

import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Facts about a response as a whole.
 *
 * @param modelName the name of the model, or {@code null} if it is not known
 * @param tokenUsage the tokens used
 * @param id the provider's id of the response, or {@code null}
 * @param requestId the provider's id of the request, which its support asks for, or
 * {@code null}
 * @param details further details of the provider about the response as a whole
 */
public record LlmOutput(@Nullable String modelName, TokenUsage tokenUsage, @Nullable String id,
		@Nullable String requestId, Map<String, Object> details) {

	/**
	 * Output of which nothing is known.
	 */
	public static final LlmOutput NONE = new LlmOutput(null, TokenUsage.NONE, null);

	public LlmOutput {
		Objects.requireNonNull(tokenUsage, "'tokenUsage' must not be null");
		details = Details.copyOf(details);
	}

	/**
	 * Create an output without the id of the request and further details.
	 * @param modelName the name of the model, or {@code null} if it is not known
	 * @param tokenUsage the tokens used
	 * @param id the provider's id of the response, or {@code null}
	 */
	public LlmOutput(@Nullable String modelName, TokenUsage tokenUsage, @Nullable String id) {
		this(modelName, tokenUsage, id, null, Map.of());
	}

	/**
	 * Return the same output with another usage.
	 * @param tokenUsage the tokens used
	 * @return the output
	 */
	public LlmOutput with(TokenUsage tokenUsage) {
		return new LlmOutput(this.modelName, tokenUsage, this.id, this.requestId, this.details);
	}

}
