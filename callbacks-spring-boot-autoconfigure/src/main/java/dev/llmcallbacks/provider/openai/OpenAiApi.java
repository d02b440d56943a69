package dev.llmcallbacks.provider.openai;

/**
 * Protocol in which a server of OpenAI's, or one that is compatible with it, is called.
 */
public enum OpenAiApi {

	/**
	 * The Responses API, {@code POST /responses}: reasoning together with tools, and
	 * encrypted reasoning that goes back with the conversation. Nothing is stored on the
	 * server.
	 *
	 * @see <a href="https://platform.openai.com/docs/api-reference/responses">OpenAI API
	 * reference: responses</a>
	 */
	RESPONSES,

	/**
	 * Chat Completions, {@code POST /chat/completions}, which most compatible servers
	 * know.
	 *
	 * @see <a href="https://platform.openai.com/docs/api-reference/chat">OpenAI API
	 * reference: chat completions</a>
	 */
	CHAT_COMPLETIONS;

	// OpenAI itself knows both; of most other servers only the older one is certain
	static OpenAiApi on(OpenAiHost host) {
		return (host == OpenAiHost.OPENAI) ? RESPONSES : CHAT_COMPLETIONS;
	}

}
