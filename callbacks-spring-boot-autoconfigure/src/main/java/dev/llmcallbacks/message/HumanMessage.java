package dev.llmcallbacks.message;

import java.util.Objects;

/**
 * What the user says.
 *
 * @param text the message's text
 */
public record HumanMessage(String text) implements ChatMessage {

	public HumanMessage {
		Objects.requireNonNull(text, "'text' must not be null");
	}

}
