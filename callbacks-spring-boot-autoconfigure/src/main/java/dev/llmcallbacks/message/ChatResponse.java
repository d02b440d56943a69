package dev.llmcallbacks.message;

import java.util.List;
import java.util.Objects;

/**
 * Complete response of a model to one {@link ChatRequest}.
 *
 * @param generations the choices, in the provider's order
 * @param llmOutput the facts about the response as a whole
 */
public record ChatResponse(List<ChatGeneration> generations, LlmOutput llmOutput) {

	public ChatResponse {
		generations = List.copyOf(generations);
		Objects.requireNonNull(llmOutput, "'llmOutput' must not be null");
	}

}
