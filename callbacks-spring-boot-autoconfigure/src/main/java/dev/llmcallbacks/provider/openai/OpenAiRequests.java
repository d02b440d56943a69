package dev.llmcallbacks.provider.openai;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
import dev.llmcallbacks.provider.ContentOrder;
import dev.llmcallbacks.provider.HttpChatModel;
import dev.llmcallbacks.provider.RequestBody;

/**
 * Writes requests in OpenAI's protocol.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/chat/create">OpenAI API
 * reference: create chat completion</a>
 */
final class OpenAiRequests implements HttpChatModel.RequestWriter {

	private final String maxTokensField;

	private final boolean streamUsage;

	private final String origin;

	private final OpenAiMedia media;

	/**
	 * Create a writer.
	 * @param maxTokensField the field that holds the maximum number of tokens
	 * @param streamUsage whether streams are asked to end with the usage
	 * @param origin the kind of endpoint, whose own answers go back to it as they came
	 * @param media writes the media of messages
	 */
	OpenAiRequests(String maxTokensField, boolean streamUsage, String origin, OpenAiMedia media) {
		this.maxTokensField = maxTokensField;
		this.streamUsage = streamUsage;
		this.origin = origin;
		this.media = media;
	}

	@Override
	public void write(ChatRequest request, boolean stream, RequestBody body) {
		ChatOptions options = request.options();
		body.put("messages", request.messages().stream().map(this::message).toList());
		body.put("stream", stream);
		if (stream && this.streamUsage) {
			body.put("stream_options", Map.of("include_usage", true));
		}
		body.put(this.maxTokensField, options.maxTokens());
		body.put("temperature", options.temperature());
		body.put("top_p", options.topP());
		body.putTexts("stop", options.stopSequences());
		body.put("seed", options.seed());
		body.putTools(request.tools(), OpenAiRequests::tool, toolChoice(options.toolChoice()));
	}

	private Map<String, ?> message(ChatMessage message) {
		if (message instanceof AiMessage answer) {
			return answer(answer);
		}
		if (message instanceof ToolMessage result) {
			return Map.of("role", "tool", "tool_call_id", result.toolCallId(), "content",
					this.media.resultContent(result));
		}
		if (message instanceof SystemMessage) {
			return Map.of("role", "system", "content", message.text());
		}
		if (message instanceof HumanMessage) {
			return Map.of("role", "user", "content", this.media.content(message));
		}
		throw new IllegalArgumentException("Unknown message " + message.getClass());
	}

	private Map<String, ?> answer(AiMessage answer) {
		Map<String, Object> details = ContentOrder.detailsFor(answer, this.origin);
		Map<String, Object> written = new LinkedHashMap<>();
		written.put("role", "assistant");
		Parts parts = new Parts();
		if (ContentOrder.write(answer, details, false, parts)) {
			written.put("content", parts.written);
		}
		else if (!answer.text().isEmpty() || answer.toolCalls().isEmpty()) {
			written.put("content", answer.text());
		}
		if (details.get(OpenAiChoice.REFUSAL) instanceof String refusal) {
			written.put("refusal", refusal);
		}
		OpenAiDetails.writeReasoning(answer, details, written);
		for (String field : OpenAiDetails.FIELDS) {
			if (details.containsKey(field)) {
				written.put(field, details.get(field));
			}
		}
		if (!answer.toolCalls().isEmpty()) {
			boolean own = !details.isEmpty();
			written.put("tool_calls", answer.toolCalls().stream().map((call) -> toolCall(call, own)).toList());
		}
		return written;
	}

	private static Map<String, ?> toolCall(ToolCall call, boolean own) {
		String arguments = call.arguments().isBlank() ? "{}" : call.arguments();
		Map<String, Object> written = new LinkedHashMap<>();
		written.put("id", call.id());
		written.put("type", "function");
		written.put("function", Map.of("name", call.name(), "arguments", arguments));
		if (own) {
			call.details().forEach(written::putIfAbsent);
		}
		return written;
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

	/**
	 * Writes the content of an answer in parts.
	 */
	private static final class Parts implements ContentOrder.Writer {

		private final List<Object> written = new ArrayList<>();

		@Override
		public void text(String text, @Nullable String fields) {
			this.written.add(Map.of("type", "text", "text", text));
		}

		@Override
		public void toolCall(ToolCall toolCall) {
			throw new IllegalStateException("Tool calls are not parts of the content");
		}

		@Override
		public void other(String json) {
			this.written.add(RequestBody.raw(json));
		}

	}

}
