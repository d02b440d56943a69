package dev.llmcallbacks.provider;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolMessage;

/**
 * Makes the ids of tool calls unique within a conversation. Some servers number the calls
 * of each answer anew, and then refuse the conversation, or take the result of one call
 * for that of another.
 */
final class ToolCallIds {

	private final Set<String> taken = new HashSet<>();

	/** The new ids of the latest answer's calls whose own ids were taken. */
	private final Map<String, String> renamed = new HashMap<>();

	/** The number that was given to the latest call of an id that was taken. */
	private final Map<String, Integer> numbers = new HashMap<>();

	private boolean changed;

	private ToolCallIds() {
	}

	/**
	 * Return a request in which no two answers have calls of the same id.
	 * @param request the request
	 * @return the same request if there is nothing to change
	 */
	static ChatRequest unique(ChatRequest request) {
		ToolCallIds ids = new ToolCallIds();
		List<ChatMessage> messages = new ArrayList<>(request.messages().size());
		request.messages().forEach((message) -> messages.add(ids.unique(message)));
		return ids.changed ? new ChatRequest(messages, request.options(), request.tools()) : request;
	}

	private ChatMessage unique(ChatMessage message) {
		if (message instanceof AiMessage answer && !answer.toolCalls().isEmpty()) {
			this.renamed.clear();
			List<ToolCall> calls = answer.toolCalls().stream().map(this::unique).toList();
			return this.renamed.isEmpty() ? answer
					: new AiMessage(answer.text(), calls, answer.reasoning(), answer.details());
		}
		String newId = (message instanceof ToolMessage result) ? this.renamed.get(result.toolCallId()) : null;
		return (newId != null) ? withId((ToolMessage) message, newId) : message;
	}

	private ToolCall unique(ToolCall call) {
		if (this.taken.add(call.id())) {
			return call;
		}
		String newId = newId(call.id());
		this.renamed.put(call.id(), newId);
		this.changed = true;
		return new ToolCall(newId, call.name(), call.arguments(), call.parsedArguments(), call.details());
	}

	private String newId(String id) {
		String newId;
		do {
			newId = id + "_" + this.numbers.merge(id, 2, (number, two) -> number + 1);
		}
		while (!this.taken.add(newId));
		return newId;
	}

	private static ToolMessage withId(ToolMessage result, String id) {
		return new ToolMessage(id, result.text(), result.error(), result.media());
	}

}
