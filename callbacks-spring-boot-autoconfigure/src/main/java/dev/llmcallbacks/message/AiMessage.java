package dev.llmcallbacks.message;

import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Response of a model.
 *
 * @param text the text, empty when there is none
 * @param toolCalls the tool calls, in the model's order
 * @param reasoning the reasoning that the model disclosed, or {@code null}
 * @param details what the provider sent in addition and needs to see again: the order of
 * the content, signed or redacted thinking, encrypted reasoning, blocks of tools that ran
 * on the provider's side, a refusal. JSON values, and under {@code "origin"} the kind of
 * endpoint that they came from, to which alone they go back; another one receives the
 * text, the tool calls and their results. Keep them with the message
 */
public record AiMessage(String text, List<ToolCall> toolCalls, @Nullable String reasoning,
		Map<String, Object> details) implements ChatMessage {

	public AiMessage {
		Objects.requireNonNull(text, "'text' must not be null");
		toolCalls = List.copyOf(toolCalls);
		details = Details.copyOf(details);
	}

	/**
	 * Create a message of text only.
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
