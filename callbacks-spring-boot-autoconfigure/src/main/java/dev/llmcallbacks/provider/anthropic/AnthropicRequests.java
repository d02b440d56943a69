package dev.llmcallbacks.provider.anthropic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolChoice;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.provider.HttpChatModel;
import dev.llmcallbacks.provider.RequestBody;
import dev.llmcallbacks.provider.ToolArguments;

/**
 * Writes requests in Anthropic's protocol.
 *
 * @see <a href="https://docs.anthropic.com/en/api/messages">Anthropic API reference:
 * messages</a>
 */
final class AnthropicRequests implements HttpChatModel.RequestWriter {

	/**
	 * The protocol has no default of its own. Thinking counts towards the limit, and no
	 * current model allows less.
	 */
	private static final int DEFAULT_MAX_TOKENS = 32_000;

	/** An answer that is not streamed has to be complete within the time of a request. */
	private static final int DEFAULT_MAX_TOKENS_OF_WHOLE = 16_000;

	private final ChatOptions defaultOptions;

	private final Supplier<? extends RuntimeException> missingModel;

	AnthropicRequests(ChatOptions defaultOptions, Supplier<? extends RuntimeException> missingModel) {
		this.defaultOptions = defaultOptions;
		this.missingModel = missingModel;
	}

	@Override
	public byte[] write(ChatRequest request, boolean stream) {
		ChatOptions options = this.defaultOptions.with(request.options());
		if (options.model() == null && !options.extraBody().containsKey("model")) {
			throw this.missingModel.get();
		}
		RequestBody body = new RequestBody();
		body.put("model", options.model());
		int defaultMaxTokens = stream ? DEFAULT_MAX_TOKENS : DEFAULT_MAX_TOKENS_OF_WHOLE;
		body.put("max_tokens", (options.maxTokens() != null) ? options.maxTokens() : defaultMaxTokens);
		body.put("system", system(request.messages()));
		body.put("messages", messages(request.messages()));
		body.put("stream", stream);
		body.put("temperature", options.temperature());
		body.put("top_p", options.topP());
		body.put("stop_sequences", options.stopSequences().isEmpty() ? null : options.stopSequences());
		if (!request.tools().isEmpty()) {
			body.put("tools", request.tools().stream().map(AnthropicRequests::tool).toList());
			body.put("tool_choice", toolChoice(options.toolChoice()));
		}
		return body.toBytes(options);
	}

	private static @Nullable String system(List<ChatMessage> messages) {
		String system = messages.stream()
			.filter(SystemMessage.class::isInstance)
			.map(ChatMessage::text)
			.collect(Collectors.joining("\n\n"));
		return system.isEmpty() ? null : system;
	}

	private static List<Map<String, ?>> messages(List<ChatMessage> messages) {
		List<Map<String, ?>> written = new ArrayList<>();
		List<Object> results = new ArrayList<>();
		for (ChatMessage message : messages) {
			if (message instanceof ToolMessage result) {
				results.add(toolResult(result));
				continue;
			}
			addResults(results, written);
			if (message instanceof AiMessage answer) {
				addAnswer(answer, written);
			}
			else if (!(message instanceof SystemMessage)) {
				written.add(Map.of("role", "user", "content", message.text()));
			}
		}
		addResults(results, written);
		return written;
	}

	// All results of one answer's tool calls must be in one message.
	private static void addResults(List<Object> results, List<Map<String, ?>> written) {
		if (!results.isEmpty()) {
			written.add(Map.of("role", "user", "content", List.copyOf(results)));
			results.clear();
		}
	}

	// Empty texts are refused by the provider, and so is an answer of nothing else.
	private static void addAnswer(AiMessage answer, List<Map<String, ?>> written) {
		List<Object> blocks = new ArrayList<>();
		if (answer.details().get(AnthropicBlock.THINKING_BLOCKS) instanceof List<?> thinking) {
			blocks.addAll(thinking);
		}
		if (!answer.text().isEmpty()) {
			blocks.add(Map.of("type", "text", "text", answer.text()));
		}
		answer.toolCalls().forEach((call) -> blocks.add(toolUse(call)));
		if (!blocks.isEmpty()) {
			written.add(Map.of("role", "assistant", "content", blocks));
		}
	}

	private static Map<String, ?> toolUse(ToolCall call) {
		Map<String, Object> input = call.parsedArguments().isEmpty() ? ToolArguments.parse(call.arguments())
				: call.parsedArguments();
		return Map.of("type", "tool_use", "id", call.id(), "name", call.name(), "input", input);
	}

	private static Map<String, ?> toolResult(ToolMessage result) {
		Map<String, Object> written = new LinkedHashMap<>();
		written.put("type", "tool_result");
		written.put("tool_use_id", result.toolCallId());
		written.put("content", result.text());
		if (result.error()) {
			written.put("is_error", true);
		}
		return written;
	}

	private static Map<String, ?> tool(ToolDefinition tool) {
		return Map.of("name", tool.name(), "description", tool.description(), "input_schema", RequestBody.schema(tool));
	}

	private static @Nullable Object toolChoice(@Nullable ToolChoice choice) {
		if (choice == null) {
			return null;
		}
		return switch (choice.mode()) {
			case AUTO -> Map.of("type", "auto");
			case NONE -> Map.of("type", "none");
			case REQUIRED -> Map.of("type", "any");
			case TOOL -> Map.of("type", "tool", "name", String.valueOf(choice.name()));
		};
	}

}
