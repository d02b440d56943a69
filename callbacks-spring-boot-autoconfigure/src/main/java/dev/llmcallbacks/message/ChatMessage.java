package dev.llmcallbacks.message;

/**
 * Message of a conversation with a chat model. Immutable.
 */
public sealed interface ChatMessage permits SystemMessage, HumanMessage, AiMessage, ToolMessage {

	/**
	 * Return the message's text.
	 * @return the text, empty when the message has none
	 */
	String text();

}
