package dev.llmcallbacks.langchain4j;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialToolCall;
import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolCallChunk;

/**
 * Chunks of one streamed response of LangChain4j. What a model has not streamed, such as
 * the tool calls of some providers, is taken from the complete response. Used by one
 * thread at a time.
 */
final class ResponseChunks {

	private final Messages messages;

	private boolean text;

	private boolean reasoning;

	private volatile boolean begun;

	private final BitSet toolCalls = new BitSet();

	ResponseChunks(Messages messages) {
		this.messages = messages;
	}

	/**
	 * Whether a part of the response has arrived. May be called by any thread.
	 * @return whether there is text, reasoning or a tool call
	 */
	boolean isBegun() {
		return this.begun;
	}

	ChatChunk text(String text) {
		this.text = true;
		this.begun = true;
		return ChatChunk.text(text);
	}

	ChatChunk reasoning(String reasoning) {
		this.reasoning = true;
		this.begun = true;
		return chunk("", reasoning, List.of());
	}

	ChatChunk toolCall(PartialToolCall partial) {
		boolean first = !this.toolCalls.get(partial.index());
		this.toolCalls.set(partial.index());
		this.begun = true;
		return chunk("", null, List.of(new ToolCallChunk(partial.index(), first ? partial.id() : null,
				first ? partial.name() : null, partial.partialArguments())));
	}

	/**
	 * A tool call is complete.
	 * @param complete the tool call
	 * @return the chunk; {@code null} if fragments of the call have been streamed
	 */
	@Nullable ChatChunk toolCall(CompleteToolCall complete) {
		if (this.toolCalls.get(complete.index())) {
			return null;
		}
		return toolCall(complete.index(), complete.toolExecutionRequest());
	}

	private ChatChunk toolCall(int index, ToolExecutionRequest request) {
		this.toolCalls.set(index);
		this.begun = true;
		ToolCall call = Messages.toToolCall(request);
		return chunk("", null, List
			.of(new ToolCallChunk(index, call.id().isEmpty() ? null : call.id(), call.name(), call.arguments())));
	}

	/**
	 * The response is complete.
	 * @param response the response
	 * @return what has not been streamed, and the facts about the response in the last
	 * chunk
	 */
	List<ChatChunk> complete(ChatResponse response) {
		AiMessage message = this.messages.toAiMessage(response.aiMessage());
		List<ChatChunk> chunks = new ArrayList<>();
		if (!this.reasoning && message.reasoning() != null && !message.reasoning().isEmpty()) {
			chunks.add(reasoning(message.reasoning()));
		}
		if (!this.text && !message.text().isEmpty()) {
			chunks.add(text(message.text()));
		}
		List<ToolExecutionRequest> requests = response.aiMessage().toolExecutionRequests();
		for (int i = this.toolCalls.cardinality(); i < requests.size(); i++) {
			chunks.add(toolCall(i, requests.get(i)));
		}
		chunks.add(new ChatChunk(0, "", null, List.of(), finishReason(response.finishReason()), null,
				Usage.of(response.tokenUsage()), response.modelName(), response.id(), message.details()));
		return chunks;
	}

	private static ChatChunk chunk(String text, @Nullable String reasoning, List<ToolCallChunk> toolCalls) {
		return new ChatChunk(0, text, reasoning, toolCalls, null, null, null, null, null, Map.of());
	}

	private static @Nullable FinishReason finishReason(
			dev.langchain4j.model.output.@Nullable FinishReason finishReason) {
		if (finishReason == null) {
			return null;
		}
		return switch (finishReason) {
			case STOP -> FinishReason.STOP;
			case LENGTH -> FinishReason.LENGTH;
			case TOOL_EXECUTION -> FinishReason.TOOL_CALLS;
			case CONTENT_FILTER -> FinishReason.CONTENT_FILTER;
			case OTHER -> FinishReason.OTHER;
		};
	}

}
