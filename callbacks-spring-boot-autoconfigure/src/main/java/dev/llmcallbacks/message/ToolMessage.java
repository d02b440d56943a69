package dev.llmcallbacks.message;

import java.util.Objects;

/**
 * What a tool answered.
 *
 * @param toolCallId the {@link ToolCall#id() id} of the call that is answered
 * @param text the tool's answer
 * @param error whether the answer says that the call failed
 */
public record ToolMessage(String toolCallId, String text, boolean error) implements ChatMessage {

	public ToolMessage {
		Objects.requireNonNull(toolCallId, "'toolCallId' must not be null");
		Objects.requireNonNull(text, "'text' must not be null");
	}

	/**
	 * Create the answer of a call that succeeded.
	 * @param toolCallId the id of the call
	 * @param text the answer
	 */
	public ToolMessage(String toolCallId, String text) {
		this(toolCallId, text, false);
	}

}
