package dev.llmcallbacks.springai;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.message.ToolCallChunk;

/**
 * Converts the responses of one stream to chunks. Belongs to one stream; calls do not
 * overlap.
 */
final class StreamedResponses {

	/** Reasoning of each choice so far: some models repeat it in every response. */
	private final Map<Integer, StringBuilder> reasoning = new HashMap<>();

	/** Number of tool calls of each choice so far. */
	private final Map<Integer, Integer> toolCalls = new HashMap<>();

	private boolean begun;

	private boolean finished;

	/**
	 * Convert a response.
	 * @param response the response, or {@code null}
	 * @return the chunks: one for each generation; one for a response without
	 * generations, which has facts about the response as a whole
	 */
	List<ChatChunk> toChunks(@Nullable ChatResponse response) {
		if (response == null) {
			return List.of();
		}
		TokenUsage usage = SpringAiMessages.toUsage(response.getMetadata().getUsage());
		ChatChunk facts = new ChatChunk(0, "", null, List.of(), null, null, usage.isKnown() ? usage : null,
				SpringAiMessages.presentOrNull(response.getMetadata().getModel()),
				SpringAiMessages.presentOrNull(response.getMetadata().getId()), Map.of());
		if (response.getResults().isEmpty()) {
			return List.of(facts);
		}
		List<ChatChunk> chunks = new ArrayList<>();
		for (int i = 0; i < response.getResults().size(); i++) {
			chunks.add(toChunk(response.getResults().get(i), i, facts));
		}
		return chunks;
	}

	private ChatChunk toChunk(Generation generation, int position, ChatChunk facts) {
		AssistantMessage message = generation.getOutput();
		int choice = (message.getMetadata().get("index") instanceof Number index) ? index.intValue() : position;
		String text = SpringAiMessages.text(message.getText());
		boolean thought = Boolean.TRUE.equals(message.getMetadata().get("isThought"));
		String reasoning = thought ? SpringAiMessages.presentOrNull(text)
				: reasoning(choice, AnswerDetails.reasoning(message));
		String reason = SpringAiMessages.rawFinishReason(generation);
		ChatChunk chunk = new ChatChunk(choice, thought ? "" : text, reasoning, toolCalls(choice, message),
				SpringAiMessages.finishReason(reason), reason, facts.usage(), facts.model(), facts.id(),
				(reason != null) ? AnswerDetails.of(message) : Map.of());
		this.begun |= chunk.hasContent();
		this.finished |= reason != null;
		return chunk;
	}

	/**
	 * Whether a part of the response itself has arrived.
	 * @return whether there has been text, reasoning or a tool call
	 */
	boolean isBegun() {
		return this.begun;
	}

	/**
	 * Whether what has arrived can be a whole response.
	 * @return whether there has been any content or a finish reason
	 */
	boolean isAnswer() {
		return this.begun || this.finished;
	}

	private @Nullable String reasoning(int choice, @Nullable String reasoning) {
		if (reasoning == null) {
			return null;
		}
		StringBuilder before = this.reasoning.computeIfAbsent(choice, (key) -> new StringBuilder());
		int length = before.length();
		boolean repeats = reasoning.length() >= length
				&& CharSequence.compare(before, reasoning.substring(0, length)) == 0;
		String added = repeats ? reasoning.substring(length) : reasoning;
		before.append(added);
		return SpringAiMessages.presentOrNull(added);
	}

	private List<ToolCallChunk> toolCalls(int choice, AssistantMessage message) {
		if (message.getToolCalls().isEmpty()) {
			return List.of();
		}
		List<ToolCallChunk> chunks = new ArrayList<>();
		for (AssistantMessage.ToolCall call : message.getToolCalls()) {
			int index = this.toolCalls.merge(choice, 1, Integer::sum) - 1;
			chunks.add(new ToolCallChunk(index, SpringAiMessages.text(call.id()), SpringAiMessages.text(call.name()),
					SpringAiMessages.text(call.arguments())));
		}
		return chunks;
	}

}
