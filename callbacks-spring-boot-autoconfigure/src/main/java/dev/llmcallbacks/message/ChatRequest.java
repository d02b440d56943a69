package dev.llmcallbacks.message;

import java.util.List;
import java.util.Objects;

/**
 * Request to a model.
 *
 * @param messages the conversation so far, oldest first
 * @param options the options
 * @param tools the tools that the model may call
 */
public record ChatRequest(List<ChatMessage> messages, ChatOptions options, List<ToolDefinition> tools) {

	public ChatRequest {
		messages = List.copyOf(messages);
		Objects.requireNonNull(options, "'options' must not be null");
		tools = List.copyOf(tools);
	}

	/**
	 * Create a request without options and tools.
	 * @param messages the conversation so far, oldest first
	 */
	public ChatRequest(List<ChatMessage> messages) {
		this(messages, ChatOptions.NONE, List.of());
	}

}
