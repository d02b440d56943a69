package dev.llmcallbacks.test;

import java.util.ArrayList;
import java.util.List;

import tools.jackson.databind.JsonNode;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;

/**
 * Reads requests in Anthropic's protocol.
 */
final class AnthropicScriptRequest {

	static final String INVALID_REQUEST = "invalid_request_error";

	private AnthropicScriptRequest() {
	}

	static ScriptedQuestion read(JsonNode body) {
		for (String field : List.of("model", "max_tokens", "messages")) {
			if (!body.hasNonNull(field)) {
				throw invalid(field + ": Field required");
			}
		}
		JsonNode limit = body.path("max_tokens");
		if (!limit.isInt() || limit.intValue() < 1) {
			throw invalid("max_tokens: Input should be greater than or equal to 1");
		}
		String model = body.path("model").asString("");
		if (model.startsWith("gpt")) {
			throw new ScriptRefusal(404, "not_found_error", "model: " + model);
		}
		check(body.path("messages"));
		ChatOptions options = JsonContent.options(body, model)
			.maxTokens(limit.intValue())
			.toolChoice(JsonContent.toolChoice(body.path("tool_choice").path("type").asString("")))
			.build();
		return new ScriptedQuestion(new ChatRequest(messages(body), options, tools(body)), model, limit.intValue(),
				body.path("stream").asBoolean(false), true);
	}

	private static void check(JsonNode messages) {
		if (!messages.isArray() || messages.isEmpty()) {
			throw invalid("messages: at least one message is required");
		}
		for (JsonNode message : messages) {
			String role = message.path("role").asString("");
			if (!role.equals("user") && !role.equals("assistant")) {
				throw invalid("messages: Unexpected role \"%s\". Allowed roles are \"user\" or \"assistant\"; "
					.formatted(role) + "the Messages API accepts a top-level `system` parameter.");
			}
		}
	}

	static ScriptRefusal invalid(String message) {
		return new ScriptRefusal(400, INVALID_REQUEST, message);
	}

	private static List<ChatMessage> messages(JsonNode body) {
		List<ChatMessage> result = new ArrayList<>();
		if (body.hasNonNull("system")) {
			result.add(new SystemMessage(JsonContent.text(body.path("system"))));
		}
		for (JsonNode message : body.path("messages")) {
			JsonNode content = message.path("content");
			if (message.path("role").asString("").equals("assistant")) {
				result.add(new AiMessage(JsonContent.text(content), toolCalls(content)));
			}
			else {
				addUserMessages(content, result);
			}
		}
		return result;
	}

	private static void addUserMessages(JsonNode content, List<ChatMessage> result) {
		boolean results = false;
		for (JsonNode part : content) {
			if (part.path("type").asString("").equals("tool_result")) {
				results = true;
				result
					.add(new ToolMessage(part.path("tool_use_id").asString(""), JsonContent.text(part.path("content")),
							part.path("is_error").asBoolean(false), JsonContent.media(part.path("content"))));
			}
		}
		String text = JsonContent.text(content);
		List<Media> media = JsonContent.media(content);
		if (!results || !text.isEmpty() || !media.isEmpty()) {
			result.add(new HumanMessage(text, media));
		}
	}

	private static List<ToolCall> toolCalls(JsonNode content) {
		List<ToolCall> result = new ArrayList<>();
		for (JsonNode part : content) {
			if (part.path("type").asString("").equals("tool_use")) {
				result.add(new ToolCall(part.path("id").asString(""), part.path("name").asString(""),
						part.path("input").toString()));
			}
		}
		return result;
	}

	private static List<ToolDefinition> tools(JsonNode body) {
		List<ToolDefinition> tools = new ArrayList<>();
		body.path("tools").forEach((tool) -> tools.add(JsonContent.tool(tool, "input_schema")));
		return tools;
	}

}
