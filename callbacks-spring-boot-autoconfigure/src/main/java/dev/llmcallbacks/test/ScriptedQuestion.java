package dev.llmcallbacks.test;

import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatRequest;

/**
 * Request that a {@link ScriptedProvider} has received, whatever its protocol.
 *
 * @param request the request
 * @param model the name of the requested model
 * @param maxTokens the number of tokens that the response may have
 * @param stream whether the response is streamed
 * @param streamUsage whether a streamed response reports the usage
 */
record ScriptedQuestion(ChatRequest request, String model, int maxTokens, boolean stream, boolean streamUsage) {

	static final int NO_LIMIT = Integer.MAX_VALUE;

	int inputTokens() {
		return this.request.messages().stream().map(ChatMessage::text).mapToInt(TokenCount::of).sum();
	}

}
