package dev.llmcallbacks.provider.openai;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolChoice;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.provider.HttpChatModel;
import dev.llmcallbacks.provider.RequestBody;

/**
 * Writes requests in OpenAI's protocol.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/chat/create">OpenAI API
 * reference: create chat completion</a>
 */
final class OpenAiRequests implements HttpChatModel.RequestWriter {

	private final ChatOptions defaultOptions;

	private final String maxTokensField;

	private final boolean streamUsage;

	private final Supplier<? extends RuntimeException> missingModel;

	/**
	 * Create a writer.
	 * @param defaultOptions the options for what a request leaves open
	 * @param maxTokensField the field that holds the maximum number of tokens
	 * @param streamUsage whether streams are asked to end with the usage
	 * @param missingModel makes the exception for a request without a model
	 */
	OpenAiRequests(ChatOptions defaultOptions, String maxTokensField, boolean streamUsage,
			Supplier<? extends RuntimeException> missingModel) {
		this.defaultOptions = defaultOptions;
		this.maxTokensField = maxTokensField;
		this.streamUsage = streamUsage;
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
		body.put("messages", request.messages().stream().map(OpenAiRequests::message).toList());
		body.put("stream", stream);
		if (stream && this.streamUsage) {
			body.put("stream_options", Map.of("include_usage", true));
		}
		body.put(this.maxTokensField, options.maxTokens());
		body.put("temperature", options.temperature());
		body.put("top_p", options.topP());
		body.put("stop", options.stopSequences().isEmpty() ? null : options.stopSequences());
		body.put("seed", options.seed());
		if (!request.tools().isEmpty()) {
			body.put("tools", request.tools().stream().map(OpenAiRequests::tool).toList());
			body.put("tool_choice", toolChoice(options.toolChoice()));
		}
		return body.toBytes(options);
	}

	private static Map<String, ?> message(ChatMessage message) {
		if (message instanceof AiMessage answer) {
			return answer(answer);
		}
		if (message instanceof ToolMessage result) {
			return Map.of("role", "tool", "tool_call_id", result.toolCallId(), "content", result.text());
		}
		if (message instanceof SystemMessage) {
			return Map.of("role", "system", "content", message.text());
		}
		if (message instanceof HumanMessage) {
			return Map.of("role", "user", "content", message.text());
		}
		throw new IllegalArgumentException("Unknown message " + message.getClass());
	}

	private static Map<String, ?> answer(AiMessage answer) {
		Map<String, Object> written = new LinkedHashMap<>();
		written.put("role", "assistant");
		if (!answer.text().isEmpty() || answer.toolCalls().isEmpty()) {
			written.put("content", answer.text());
		}
		if (answer.details().get(OpenAiChoice.REFUSAL) instanceof String refusal) {
			written.put("refusal", refusal);
		}
		if (answer.details().get(OpenAiReasoningDetails.NAME) instanceof List<?> reasoning) {
			written.put("reasoning_details", reasoning);
		}
		if (!answer.toolCalls().isEmpty()) {
			written.put("tool_calls", answer.toolCalls().stream().map(OpenAiRequests::toolCall).toList());
		}
		return written;
	}

	private static Map<String, ?> toolCall(ToolCall call) {
		String arguments = call.arguments().isBlank() ? "{}" : call.arguments();
		return Map.of("id", call.id(), "type", "function", "function",
				Map.of("name", call.name(), "arguments", arguments));
	}

	private static Map<String, ?> tool(ToolDefinition tool) {
		return Map.of("type", "function", "function",
				Map.of("name", tool.name(), "description", tool.description(), "parameters", RequestBody.schema(tool)));
	}

	private static @Nullable Object toolChoice(@Nullable ToolChoice choice) {
		if (choice == null) {
			return null;
		}
		return switch (choice.mode()) {
			case AUTO -> "auto";
			case NONE -> "none";
			case REQUIRED -> "required";
			case TOOL -> Map.of("type", "function", "function", Map.of("name", String.valueOf(choice.name())));
		};
	}

}
