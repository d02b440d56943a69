package dev.llmcallbacks.sample.chat;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.message.TokenUsage;

/**
 * What is said when the answer is complete.
 *
 * @param model the model that answered
 * @param finishReason why it ended
 * @param usage the tokens used
 */
record ChatEnd(@Nullable String model, @Nullable FinishReason finishReason, TokenUsage usage) {

	static ChatEnd of(LlmResult result) {
		FinishReason finishReason = result.generations()
			.stream()
			.flatMap((row) -> row.stream().map(ChatGeneration::finishReason).filter(Objects::nonNull))
			.findFirst()
			.orElse(null);
		return new ChatEnd(result.llmOutput().modelName(), finishReason, result.llmOutput().tokenUsage());
	}

}
