package dev.llmcallbacks.sample.chat;

import java.util.List;
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

	/**
	 * Sum up how a model was asked.
	 * @param results what the model said, the answer last
	 * @return how it answered, and what all of it has used
	 */
	static ChatEnd of(List<LlmResult> results) {
		TokenUsage usage = results.stream()
			.map((result) -> result.llmOutput().tokenUsage())
			.reduce(TokenUsage.NONE, TokenUsage::plus);
		LlmResult answer = results.get(results.size() - 1);
		FinishReason finishReason = answer.generations()
			.stream()
			.flatMap((row) -> row.stream().map(ChatGeneration::finishReason).filter(Objects::nonNull))
			.findFirst()
			.orElse(null);
		return new ChatEnd(answer.llmOutput().modelName(), finishReason, usage);
	}

}
