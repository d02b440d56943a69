package dev.llmcallbacks.message;

import java.util.Objects;

/**
 * Message of the user.
 *
 * @param text the message's text
 */
public record HumanMessage(String text) implements ChatMessage {

	public HumanMessage {
		Objects.requireNonNull(text, "'text' must not be null");
	}

}
