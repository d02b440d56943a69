package dev.llmcallbacks.message;

import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Chunk of a streamed response. Most chunks contain only text; what a response contains
 * once (model, usage, finish reason) comes with any of the chunks.
 *
 * @param choice the index of the choice that the chunk belongs to, counted from zero
 * @param text a fragment of the text, empty when there is none
 * @param reasoning a fragment of the disclosed reasoning, or {@code null}
 * @param toolCalls fragments of tool calls
 * @param finishReason the reason why the choice ended, or {@code null} while it goes on
 * @param rawFinishReason the provider's name of the reason, or {@code null}
 * @param usage the usage known so far, which replaces that of earlier chunks, or
 * {@code null}
 * @param model the name of the model, or {@code null} if it is not in this chunk
 * @param id the provider's id of the response, or {@code null} if it is not in this chunk
 * @param details further details of the provider; a list is appended to the list of the
 * same name in earlier chunks, any other value replaces the earlier one
 * @param responseDetails further details of the response as a whole, which replace those
 * of the same name in earlier chunks; the id of the request is {@code "request_id"}
 */
public record ChatChunk(int choice, String text, @Nullable String reasoning, List<ToolCallChunk> toolCalls,
		@Nullable FinishReason finishReason, @Nullable String rawFinishReason, @Nullable TokenUsage usage,
		@Nullable String model, @Nullable String id, Map<String, Object> details, Map<String, Object> responseDetails) {

	public ChatChunk {
		Objects.requireNonNull(text, "'text' must not be null");
		toolCalls = List.copyOf(toolCalls);
		details = Details.copyOf(details);
		responseDetails = Details.copyOf(responseDetails);
	}

	/**
	 * Create a chunk without details of the response as a whole.
	 * @param choice the index of the choice that the chunk belongs to
	 * @param text a fragment of the text, empty when there is none
	 * @param reasoning a fragment of the disclosed reasoning, or {@code null}
	 * @param toolCalls fragments of tool calls
	 * @param finishReason the reason why the choice ended, or {@code null}
	 * @param rawFinishReason the provider's name of the reason, or {@code null}
	 * @param usage the usage known so far, or {@code null}
	 * @param model the name of the model, or {@code null}
	 * @param id the provider's id of the response, or {@code null}
	 * @param details further details of the choice
	 */
	public ChatChunk(int choice, String text, @Nullable String reasoning, List<ToolCallChunk> toolCalls,
			@Nullable FinishReason finishReason, @Nullable String rawFinishReason, @Nullable TokenUsage usage,
			@Nullable String model, @Nullable String id, Map<String, Object> details) {
		this(choice, text, reasoning, toolCalls, finishReason, rawFinishReason, usage, model, id, details, Map.of());
	}

	/**
	 * Create a chunk of the first choice's text.
	 * @param text the text
	 * @return the chunk
	 */
	public static ChatChunk text(String text) {
		return new ChatChunk(0, text, null, List.of(), null, null, null, null, null, Map.of());
	}

	/**
	 * Whether the chunk contains a part of the response itself (text, reasoning or a
	 * fragment of a tool call), and not only facts about it.
	 * @return whether there is content
	 */
	public boolean hasContent() {
		return !this.text.isEmpty() || this.reasoning != null || !this.toolCalls.isEmpty();
	}

}
