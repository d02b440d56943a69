package dev.llmcallbacks.message;

import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What the model answered.
 *
 * @param text the answer's text, empty when there is none
 * @param toolCalls the tools that the model wants called, in the model's order
 * @param reasoning what the model disclosed of its reasoning, or {@code null}
 * @param details what else the provider wants to see again when the message is sent back
 * to it (signed or redacted thinking, a refusal), under names of the provider's
 */
public record AiMessage(String text, List<ToolCall> toolCalls, @Nullable String reasoning,
		Map<String, Object> details) implements ChatMessage {

	public AiMessage {
		Objects.requireNonNull(text, "'text' must not be null");
		toolCalls = List.copyOf(toolCalls);
		details = Map.copyOf(details);
	}

	/**
	 * Create a message that is nothing but text.
	 * @param text the text
	 */
	public AiMessage(String text) {
		this(text, List.of(), null, Map.of());
	}

	/**
	 * Create a message with text and tool calls.
	 * @param text the text
	 * @param toolCalls the tool calls
	 */
	public AiMessage(String text, List<ToolCall> toolCalls) {
		this(text, toolCalls, null, Map.of());
	}

}
