package dev.llmcallbacks.message;

import java.util.List;

/**
 * Message of a conversation with a chat model. Immutable.
 */
public sealed interface ChatMessage permits SystemMessage, HumanMessage, AiMessage, ToolMessage {

	/**
	 * Return the message's text.
	 * @return the text, empty when the message has none
	 */
	String text();

	/**
	 * Return the message's images, documents and other files.
	 * @return the files, in order; none by default
	 */
	default List<Media> media() {
		return List.of();
	}

}
