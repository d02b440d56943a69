package dev.llmcallbacks.client;

import java.util.List;

import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.LlmOutput;

/**
 * Events of a call whose answer comes as a whole.
 */
final class WholeLlmEvents extends LlmRunEvents<ChatResponse> {

	private ChatResponse answer = new ChatResponse(List.of(), LlmOutput.NONE);

	WholeLlmEvents(ChatRequest request, String provider) {
		super(request, provider);
	}

	@Override
	public void accept(ChatResponse response) {
		this.answer = response;
	}

	@Override
	ChatResponse answer() {
		return this.answer;
	}

}
