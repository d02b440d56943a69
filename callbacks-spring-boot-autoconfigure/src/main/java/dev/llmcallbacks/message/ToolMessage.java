package dev.llmcallbacks.message;

import java.util.List;
import java.util.Objects;

/**
 * Result of a tool call, which the model receives.
 *
 * @param toolCallId the {@link ToolCall#id() id} of the call
 * @param text the result, empty when there are media alone
 * @param error whether the call failed, and the text describes the failure
 * @param media the images, documents and other files of the result, in order
 */
public record ToolMessage(String toolCallId, String text, boolean error, List<Media> media) implements ChatMessage {

	public ToolMessage {
		Objects.requireNonNull(toolCallId, "'toolCallId' must not be null");
		Objects.requireNonNull(text, "'text' must not be null");
		media = Media.copyOf(media);
	}

	/**
	 * Create a result of text only.
	 * @param toolCallId the id of the call
	 * @param text the result
	 * @param error whether the call failed
	 */
	public ToolMessage(String toolCallId, String text, boolean error) {
		this(toolCallId, text, error, List.of());
	}

	/**
	 * Create the result of a call that succeeded.
	 * @param toolCallId the id of the call
	 * @param text the result
	 * @param media the files of the result
	 */
	public ToolMessage(String toolCallId, String text, List<Media> media) {
		this(toolCallId, text, false, media);
	}

	/**
	 * Create the result of a call that succeeded.
	 * @param toolCallId the id of the call
	 * @param text the result
	 */
	public ToolMessage(String toolCallId, String text) {
		this(toolCallId, text, false, List.of());
	}

}
