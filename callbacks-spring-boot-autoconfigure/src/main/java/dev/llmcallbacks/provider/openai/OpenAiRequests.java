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
import dev.llmcallbacks.message.ResponseFormat;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolChoice;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.model.UnsupportedOptionException;
import dev.llmcallbacks.provider.ContentOrder;
import dev.llmcallbacks.provider.HttpChatModel;
import dev.llmcallbacks.provider.RequestBody;
import dev.llmcallbacks.provider.SchemaRules;

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

	private final JsonMode jsonMode;

	/**
	 * Create a writer.
	 * @param maxTokensField the field that holds the maximum number of tokens
	 * @param streamUsage whether streams are asked to end with the usage
	 * @param origin the kind of endpoint, whose own answers go back to it as they came
	 * @param media writes the media of messages
	 * @param jsonMode whether the server is asked for JSON without a schema
	 */
	OpenAiRequests(String maxTokensField, boolean streamUsage, String origin, OpenAiMedia media, JsonMode jsonMode) {
		this.maxTokensField = maxTokensField;
		this.streamUsage = streamUsage;
		this.origin = origin;
		this.media = media;
		this.jsonMode = jsonMode;
	}

	@Override
	public void write(ChatRequest request, boolean stream, RequestBody body) {
		ChatOptions options = request.options();
		body.put("messages", messages(request));
		body.put("stream", stream);
		if (stream && this.streamUsage) {
			body.put("stream_options", Map.of("include_usage", true));
		}
		body.put(this.maxTokensField, options.maxTokens());
		body.put("temperature", options.temperature());
		body.put("top_p", options.topP());
		body.putTexts("stop", options.stopSequences());
		body.put("seed", options.seed());
		body.put("reasoning_effort", options.reasoningEffort());
		body.put("response_format", responseFormat(options.responseFormat()));
		body.put("prompt_cache_key", options.promptCacheKey());
		Boolean strict = options.strictTools();
		body.putTools(request.tools(), (tool) -> tool(tool, strict), toolChoice(options.toolChoice()));
		boolean hasTools = !request.tools().isEmpty() || options.extraBody().containsKey("tools");
		body.put("parallel_tool_calls", hasTools ? options.parallelToolCalls() : null);
		refuse("thinking", options.thinking(), "use reasoningEffort, or a field of the server in the extra body");
		refuse("showReasoning", options.showReasoning(), "use a field of the server in the extra body");
		refuse("promptCacheTtl", options.promptCacheTtl(), "remove it, or use a field of the server in the extra body");
	}

	private static void refuse(String option, @Nullable Object value, String advice) {
		if (value != null) {
			throw new UnsupportedOptionException(OpenAiChatModel.PROVIDER, OpenAiMedia.PROTOCOL, option, advice);
		}
	}

	private @Nullable Object responseFormat(@Nullable ResponseFormat format) {
		if (format == null) {
			return null;
		}
		if (format.schema() == null || this.jsonMode.isUsed()) {
			return Map.of("type", "json_object");
		}
		Map<String, Object> schema = new LinkedHashMap<>();
		schema.put("name", String.valueOf(format.name()));
		schema.put("schema", SchemaRules.OPENAI.schema(format));
		schema.put("strict", true);
		return Map.of("type", "json_schema", "json_schema", schema);
	}

	@Override
	public boolean canBeRewritten(ChatRequest request, ChatModelException refusal) {
		ResponseFormat format = request.options().responseFormat();
		return format != null && format.schema() != null && this.jsonMode.isUsedAfter(refusal);
	}

	private List<Map<String, ?>> messages(ChatRequest request) {
		List<Map<String, ?>> written = new ArrayList<>();
		ResponseFormat format = request.options().responseFormat();
		if (format != null && format.schema() != null && this.jsonMode.isUsed()) {
			written.add(Map.of("role", "system", "content", JsonMode.instruction(format)));
		}
		request.messages().forEach((message) -> written.add(message(message)));
		return written;
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

	private static Map<String, ?> tool(ToolDefinition tool, @Nullable Boolean strict) {
		return Map.of("type", "function", "function", SchemaRules.OPENAI.describe(tool, "parameters", strict));
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
