package dev.llmcallbacks.message;

import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * A piece of a streamed answer. Most pieces carry a text and nothing else; what an answer
 * says only once (model, usage, finish reason) comes with some piece or other.
 *
 * @param choice which of the answer's choices the piece belongs to, counted from zero
 * @param text a piece of the text, empty when there is none
 * @param reasoning a piece of the disclosed reasoning, or {@code null}
 * @param toolCalls pieces of tool calls
 * @param finishReason why the choice ended, or {@code null} while it goes on
 * @param rawFinishReason the provider's own word for it
 * @param usage the usage known so far, replacing what earlier pieces said, or
 * {@code null}
 * @param model the name of the model that answers, or {@code null} if not told here
 * @param id the provider's id of the answer, or {@code null} if not told here
 * @param details what else the provider says; a list under a name is added to the list
 * that earlier pieces had there, any other value replaces it
 */
public record ChatChunk(int choice, String text, @Nullable String reasoning, List<ToolCallChunk> toolCalls,
		@Nullable FinishReason finishReason, @Nullable String rawFinishReason, @Nullable TokenUsage usage,
		@Nullable String model, @Nullable String id, Map<String, Object> details) {

	public ChatChunk {
		Objects.requireNonNull(text, "'text' must not be null");
		toolCalls = List.copyOf(toolCalls);
		details = Map.copyOf(details);
	}

	/**
	 * Create a piece of the first choice's text.
	 * @param text the text
	 * @return the chunk
	 */
	public static ChatChunk text(String text) {
		return new ChatChunk(0, text, null, List.of(), null, null, null, null, null, Map.of());
	}

	/**
	 * Whether the piece carries a part of the answer itself: text, reasoning or a part of
	 * a tool call, and not only facts about it.
	 * @return whether there is content
	 */
	public boolean hasContent() {
		return !this.text.isEmpty() || this.reasoning != null || !this.toolCalls.isEmpty();
	}

}
