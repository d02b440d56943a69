package dev.llmcallbacks.provider.anthropic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ResponseFormat;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.Thinking;
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

	/** What the provider does not accept in the id of a tool call. */
	private static final Pattern NOT_IN_ID = Pattern.compile("[^A-Za-z0-9_-]");

	private final String origin;

	/**
	 * Create a writer.
	 * @param origin the kind of endpoint, whose own answers go back to it as they came
	 */
	AnthropicRequests(String origin) {
		this.origin = origin;
	}

	@Override
	public void write(ChatRequest request, boolean stream, RequestBody body) {
		ChatOptions options = request.options();
		int defaultMaxTokens = stream ? DEFAULT_MAX_TOKENS : DEFAULT_MAX_TOKENS_OF_WHOLE;
		body.put("max_tokens",
				(options.maxTokens() != null) ? options.maxTokens() : defaultMaxTokens + thinkingBudget(options));
		body.put("system", system(request.messages()));
		body.put("messages", messages(request.messages()));
		body.put("stream", stream);
		body.put("temperature", options.temperature());
		body.put("top_p", options.topP());
		body.putTexts("stop_sequences", options.stopSequences());
		body.put("thinking", thinking(options.thinking(), options.showReasoning()));
		body.putObject("output_config", "effort", options.reasoningEffort(), "format",
				format(options.responseFormat()));
		body.put("cache_control", cacheControl(options.promptCacheTtl()));
		Boolean strict = options.strictTools();
		body.putTools(request.tools(), (tool) -> tool(tool, strict), toolChoice(options));
		if (options.promptCacheKey() != null) {
			throw unsupported("promptCacheKey", "use promptCacheTtl");
		}
	}

	private static UnsupportedOptionException unsupported(String option, String advice) {
		return new UnsupportedOptionException(AnthropicChatModel.PROVIDER, AnthropicMedia.PROTOCOL, option, advice);
	}

	// A budget is a part of the limit, of which the answer needs the rest
	private static int thinkingBudget(ChatOptions options) {
		Thinking thinking = options.thinking();
		return (thinking != null && thinking.budgetTokens() != null) ? thinking.budgetTokens() : 0;
	}

	private static @Nullable Object thinking(@Nullable Thinking thinking, @Nullable Boolean show) {
		if (thinking == null && show == null) {
			return null;
		}
		Thinking setting = (thinking != null) ? thinking : Thinking.adaptive();
		Map<String, Object> written = new LinkedHashMap<>();
		written.put("type", switch (setting.mode()) {
			case ADAPTIVE -> "adaptive";
			case BUDGET -> "enabled";
			case DISABLED -> "disabled";
		});
		if (setting.budgetTokens() != null) {
			written.put("budget_tokens", setting.budgetTokens());
		}
		if (show != null && setting.mode() != Thinking.Mode.DISABLED) {
			written.put("display", show ? "summarized" : "omitted");
		}
		return written;
	}

	private static @Nullable Object format(@Nullable ResponseFormat format) {
		if (format == null) {
			return null;
		}
		if (format.schema() == null) {
			throw unsupported("responseFormat", "it supports JSON only with a schema; use ResponseFormat.jsonSchema");
		}
		return Map.of("type", "json_schema", "schema", SchemaRules.ANTHROPIC.schema(format));
	}

	private static @Nullable Object cacheControl(@Nullable Duration ttl) {
		if (ttl == null) {
			return null;
		}
		if (!ttl.equals(Duration.ofMinutes(5)) && !ttl.equals(Duration.ofHours(1))) {
			throw unsupported("promptCacheTtl", "a prompt is cached for five minutes or for one hour, not for " + ttl);
		}
		return Map.of("type", "ephemeral", "ttl", (ttl.toHours() > 0) ? "1h" : "5m");
	}

	private static @Nullable String system(List<ChatMessage> messages) {
		String system = messages.stream()
			.filter(SystemMessage.class::isInstance)
			.map(ChatMessage::text)
			.collect(Collectors.joining("\n\n"));
		return system.isBlank() ? null : system;
	}

	private List<Map<String, ?>> messages(List<ChatMessage> messages) {
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
			else if (!(message instanceof SystemMessage) && !isEmpty(message)) {
				written.add(Map.of("role", "user", "content", AnthropicMedia.content(message)));
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

	// Blank texts are refused by the provider, and so is an answer of nothing else.
	private void addAnswer(AiMessage answer, List<Map<String, ?>> written) {
		Map<String, Object> details = ContentOrder.detailsFor(answer, this.origin);
		Blocks blocks = new Blocks(!details.isEmpty());
		if (!ContentOrder.write(answer, details, true, blocks)) {
			blocks.text(answer.text(), null);
			answer.toolCalls().forEach(blocks::toolCall);
		}
		if (!blocks.written.isEmpty()) {
			written.add(Map.of("role", "assistant", "content", blocks.written));
		}
	}

	private static Map<String, ?> toolResult(ToolMessage result) {
		Map<String, Object> written = new LinkedHashMap<>();
		written.put("type", "tool_result");
		written.put("tool_use_id", id(result.toolCallId()));
		if (!isEmpty(result)) {
			written.put("content", AnthropicMedia.content(result));
		}
		if (result.error()) {
			written.put("is_error", true);
		}
		return written;
	}

	private static boolean isEmpty(ChatMessage message) {
		return message.text().isBlank() && message.media().isEmpty();
	}

	// Other providers have other characters in their ids
	private static String id(String toolCallId) {
		return NOT_IN_ID.matcher(toolCallId).replaceAll("_");
	}

	private static Map<String, ?> tool(ToolDefinition tool, @Nullable Boolean strict) {
		return SchemaRules.ANTHROPIC.describe(tool, "input_schema", strict);
	}

	private static @Nullable Object toolChoice(ChatOptions options) {
		ToolChoice choice = options.toolChoice();
		Boolean parallel = options.parallelToolCalls();
		if (choice == null && parallel == null) {
			return null;
		}
		ToolChoice selected = (choice != null) ? choice : ToolChoice.AUTO;
		Map<String, Object> written = new LinkedHashMap<>();
		written.put("type", switch (selected.mode()) {
			case AUTO -> "auto";
			case NONE -> "none";
			case REQUIRED -> "any";
			case TOOL -> "tool";
		});
		if (selected.name() != null) {
			written.put("name", selected.name());
		}
		if (parallel != null && selected.mode() != ToolChoice.Mode.NONE) {
			written.put("disable_parallel_tool_use", !parallel);
		}
		return written;
	}

	/**
	 * Writes the content blocks of an answer.
	 */
	private static final class Blocks implements ContentOrder.Writer {

		private final List<Object> written = new ArrayList<>();

		private final boolean own;

		private Blocks(boolean own) {
			this.own = own;
		}

		@Override
		public void text(String text, @Nullable String fields) {
			if (!text.isBlank()) {
				Map<String, Object> block = new LinkedHashMap<>();
				block.put("type", "text");
				block.put("text", text);
				if (fields != null) {
					block.putAll(RequestBody.rawFields(fields));
				}
				this.written.add(block);
			}
		}

		@Override
		public void toolCall(ToolCall toolCall) {
			Map<String, Object> block = new LinkedHashMap<>();
			block.put("type", "tool_use");
			block.put("id", id(toolCall.id()));
			block.put("name", toolCall.name());
			block.put("input", RequestBody.isObject(toolCall.arguments()) ? RequestBody.raw(toolCall.arguments())
					: toolCall.parsedArguments());
			if (this.own) {
				block.putAll(toolCall.details());
			}
			this.written.add(block);
		}

		@Override
		public void other(String json) {
			this.written.add(RequestBody.raw(json));
		}

	}

}
