package dev.llmcallbacks.message;

import java.util.List;
import java.util.Objects;

/**
 * Message of the user.
 *
 * @param text the message's text, empty when there are media alone
 * @param media the images, documents and other files that belong to the text, in order
 */
public record HumanMessage(String text, List<Media> media) implements ChatMessage {

	public HumanMessage {
		Objects.requireNonNull(text, "'text' must not be null");
		media = Media.copyOf(media);
	}

	/**
	 * Create a message of text only.
	 * @param text the text
	 */
	public HumanMessage(String text) {
		this(text, List.of());
	}

}
