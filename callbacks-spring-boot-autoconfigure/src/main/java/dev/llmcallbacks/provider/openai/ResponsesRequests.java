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
import dev.llmcallbacks.message.ResponseFormat;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolChoice;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.model.UnsupportedOptionException;
import dev.llmcallbacks.provider.ContentOrder;
import dev.llmcallbacks.provider.HttpChatModel;
import dev.llmcallbacks.provider.RequestBody;
import dev.llmcallbacks.provider.SchemaRules;

/**
 * Writes requests of OpenAI's Responses API. Nothing is stored on the server: the
 * conversation is sent with each request, with the encrypted reasoning of earlier
 * answers.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/responses/create">OpenAI
 * API reference: create a response</a>
 */
final class ResponsesRequests implements HttpChatModel.RequestWriter {

	private static final String ROLE = "role";

	private static final String CONTENT = "content";

	private static final String TYPE = "type";

	private final String origin;

	/**
	 * Create a writer.
	 * @param origin the kind of endpoint, whose own answers go back to it as they came
	 */
	ResponsesRequests(String origin) {
		this.origin = origin;
	}

	@Override
	public void write(ChatRequest request, boolean stream, RequestBody body) {
		ChatOptions options = request.options();
		int first = instructionCount(request.messages());
		body.put("instructions", instructions(request.messages().subList(0, first)));
		body.put("input", input(request.messages().subList(first, request.messages().size())));
		body.put("stream", stream);
		body.put("store", false);
		body.put("include", List.of("reasoning.encrypted_content"));
		body.put("max_output_tokens", options.maxTokens());
		body.put("temperature", options.temperature());
		body.put("top_p", options.topP());
		body.putTexts("stop", options.stopSequences());
		body.putObject("reasoning", "effort", options.reasoningEffort(), "summary",
				Boolean.TRUE.equals(options.showReasoning()) ? "auto" : null);
		body.putObject("text", "format", textFormat(options.responseFormat()));
		body.put("prompt_cache_key", options.promptCacheKey());
		boolean strict = Boolean.TRUE.equals(options.strictTools());
		body.putTools(request.tools(), (tool) -> tool(tool, strict), toolChoice(options.toolChoice()));
		boolean hasTools = !request.tools().isEmpty() || options.extraBody().containsKey("tools");
		body.put("parallel_tool_calls", hasTools ? options.parallelToolCalls() : null);
		refuse("thinking", options.thinking(), "use reasoningEffort, 'none' for no reasoning");
		refuse("promptCacheTtl", options.promptCacheTtl(),
				"remove it, or use 'prompt_cache_options' in the extra body");
	}

	private static void refuse(String option, @Nullable Object value, String advice) {
		if (value != null) {
			throw new UnsupportedOptionException(OpenAiChatModel.PROVIDER, ResponsesMedia.PROTOCOL, option, advice);
		}
	}

	private static @Nullable Object textFormat(@Nullable ResponseFormat format) {
		if (format == null) {
			return null;
		}
		if (format.schema() == null) {
			return Map.of(TYPE, "json_object");
		}
		Map<String, Object> written = new LinkedHashMap<>();
		written.put(TYPE, "json_schema");
		written.put("name", String.valueOf(format.name()));
		written.put("schema", SchemaRules.OPENAI.schema(format));
		written.put("strict", true);
		return written;
	}

	private static int instructionCount(List<ChatMessage> messages) {
		int count = 0;
		while (count < messages.size() && messages.get(count) instanceof SystemMessage) {
			count++;
		}
		return count;
	}

	private static @Nullable String instructions(List<ChatMessage> messages) {
		return messages.isEmpty() ? null : String.join("\n\n", messages.stream().map(ChatMessage::text).toList());
	}

	private List<Object> input(List<ChatMessage> messages) {
		Items items = new Items();
		for (ChatMessage message : messages) {
			if (message instanceof AiMessage answer) {
				addAnswer(answer, items);
			}
			else if (message instanceof ToolMessage result) {
				items.written.add(Map.of(TYPE, "function_call_output", "call_id", result.toolCallId(), "output",
						ResponsesMedia.content(result)));
			}
			else {
				items.add((message instanceof SystemMessage) ? "system" : "user", ResponsesMedia.content(message));
			}
		}
		return items.written;
	}

	private void addAnswer(AiMessage answer, Items items) {
		Map<String, Object> details = ContentOrder.detailsFor(answer, this.origin);
		items.own = !details.isEmpty();
		if (!ContentOrder.write(answer, details, true, items)) {
			items.text(answer.text(), null);
			answer.toolCalls().forEach(items::toolCall);
		}
	}

	// Functions are strict unless a request says that they are not, and then every
	// property of their arguments has to be required
	private static Map<String, ?> tool(ToolDefinition tool, boolean strict) {
		Map<String, Object> written = SchemaRules.OPENAI.describe(tool, "parameters", strict);
		written.put(TYPE, "function");
		return written;
	}

	private static @Nullable Object toolChoice(@Nullable ToolChoice choice) {
		if (choice == null) {
			return null;
		}
		return switch (choice.mode()) {
			case AUTO -> "auto";
			case NONE -> "none";
			case REQUIRED -> "required";
			case TOOL -> Map.of(TYPE, "function", "name", String.valueOf(choice.name()));
		};
	}

	/**
	 * Writes the items of the input.
	 */
	private static final class Items implements ContentOrder.Writer {

		private final List<Object> written = new ArrayList<>();

		private boolean own;

		private void add(String role, Object content) {
			Map<String, Object> item = new LinkedHashMap<>();
			item.put(ROLE, role);
			item.put(CONTENT, content);
			this.written.add(item);
		}

		// The fields of an item that was received hold the text, too
		@Override
		public void text(String text, @Nullable String fields) {
			if (fields != null) {
				other(fields);
			}
			else if (!text.isEmpty()) {
				add("assistant", text);
			}
		}

		@Override
		public void toolCall(ToolCall toolCall) {
			Map<String, Object> item = new LinkedHashMap<>();
			item.put(TYPE, "function_call");
			item.put("call_id", toolCall.id());
			item.put("name", toolCall.name());
			item.put("arguments", toolCall.arguments().isBlank() ? "{}" : toolCall.arguments());
			if (this.own) {
				toolCall.details().forEach(item::putIfAbsent);
			}
			this.written.add(item);
		}

		@Override
		public void other(String json) {
			this.written.add(RequestBody.raw(json));
		}

	}

}
