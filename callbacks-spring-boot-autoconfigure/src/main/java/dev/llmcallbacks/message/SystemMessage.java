package dev.llmcallbacks.message;

import java.util.Objects;

/**
 * Instruction of the application to the model.
 *
 * @param text the message's text
 */
public record SystemMessage(String text) implements ChatMessage {

	public SystemMessage {
		Objects.requireNonNull(text, "'text' must not be null");
	}

}
