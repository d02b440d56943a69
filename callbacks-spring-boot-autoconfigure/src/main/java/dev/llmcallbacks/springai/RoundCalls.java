package dev.llmcallbacks.springai;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.ToolCallback;

import dev.llmcallbacks.message.ToolCall;

/**
 * Tool calls that a model has asked for and that have not been made, in its order. A tool
 * of Spring AI is called without the id of its call, which is found here. Thread-safe.
 */
final class RoundCalls {

	// guarded by this

	private final Map<String, Queue<ToolCall>> byName = new HashMap<>();

	/**
	 * Return the calls that the tools of a prompt are called for.
	 * @param prompt the prompt
	 * @return the calls; new ones if nothing waits for them
	 */
	static RoundCalls of(Prompt prompt) {
		if (prompt.getOptions() instanceof ToolCallingChatOptions options && options.getToolCallbacks() != null) {
			for (ToolCallback callback : options.getToolCallbacks()) {
				if (callback instanceof RunToolCallback tool) {
					return tool.calls();
				}
			}
		}
		return new RoundCalls();
	}

	/**
	 * Forget calls that have not been made: the model is asked again.
	 */
	synchronized void clear() {
		this.byName.clear();
	}

	/**
	 * Add the calls that a response asks for.
	 * @param response the response, or {@code null}
	 */
	synchronized void add(@Nullable ChatResponse response) {
		if (response == null) {
			return;
		}
		for (Generation generation : response.getResults()) {
			List<AssistantMessage.ToolCall> calls = generation.getOutput().getToolCalls();
			calls.forEach((call) -> this.byName
				.computeIfAbsent(SpringAiMessages.text(call.name()), (name) -> new ArrayDeque<>())
				.add(SpringAiMessages.toToolCall(call)));
		}
	}

	/**
	 * Take the next call of a tool.
	 * @param name the tool's name
	 * @param arguments the arguments that it is called with
	 * @return the call, with an empty id if the model has not asked for one
	 */
	synchronized ToolCall take(String name, String arguments) {
		Queue<ToolCall> calls = this.byName.get(name);
		ToolCall call = (calls != null) ? calls.poll() : null;
		return SpringAiMessages
			.toToolCall(new AssistantMessage.ToolCall((call != null) ? call.id() : "", "function", name, arguments));
	}

}
