package dev.llmcallbacks.message;

import java.util.Objects;

/**
 * Result of a tool call, which the model receives.
 *
 * @param toolCallId the {@link ToolCall#id() id} of the call
 * @param text the result
 * @param error whether the call failed, and the text describes the failure
 */
public record ToolMessage(String toolCallId, String text, boolean error) implements ChatMessage {

	public ToolMessage {
		Objects.requireNonNull(toolCallId, "'toolCallId' must not be null");
		Objects.requireNonNull(text, "'text' must not be null");
	}

	/**
	 * Create the result of a call that succeeded.
	 * @param toolCallId the id of the call
	 * @param text the result
	 */
	public ToolMessage(String toolCallId, String text) {
		this(toolCallId, text, false);
	}

}
