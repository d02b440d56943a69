package dev.llmcallbacks.message;

import java.util.List;
import java.util.Objects;

/**
 * A model's whole answer to one {@link ChatRequest}.
 *
 * @param generations the choices, in the provider's order
 * @param llmOutput what the provider said about the answer as a whole
 */
public record ChatResponse(List<ChatGeneration> generations, LlmOutput llmOutput) {

	public ChatResponse {
		generations = List.copyOf(generations);
		Objects.requireNonNull(llmOutput, "'llmOutput' must not be null");
	}

}
