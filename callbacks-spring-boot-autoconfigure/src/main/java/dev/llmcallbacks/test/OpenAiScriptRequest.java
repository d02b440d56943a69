package dev.llmcallbacks.test;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;

/**
 * Reads requests in OpenAI's protocol.
 */
final class OpenAiScriptRequest {

	static final String INVALID_REQUEST = "invalid_request_error";

	private OpenAiScriptRequest() {
	}

	static ScriptedQuestion read(JsonNode body) {
		String model = model(body);
		JsonNode messages = body.path("messages");
		if (messages.isMissingNode()) {
			throw invalid("messages", "missing_required_parameter", "Missing required parameter: 'messages'.");
		}
		if (!messages.isArray() || messages.isEmpty()) {
			throw invalid("messages", "empty_array",
					"Invalid 'messages': empty array. Expected an array with minimum length 1, "
							+ "but got an empty array instead.");
		}
		boolean stream = body.path("stream").asBoolean(false);
		if (!stream && body.path("stream_options").isObject()) {
			throw invalid("stream_options", null,
					"The 'stream_options' parameter is only allowed when 'stream' is enabled.");
		}
		int limit = limit(body, body.has("max_completion_tokens") ? "max_completion_tokens" : "max_tokens");
		return new ScriptedQuestion(new ChatRequest(messages(messages), options(body, model, limit), tools(body)),
				model, limit, stream, body.path("stream_options").path("include_usage").asBoolean(false));
	}

	static String model(JsonNode body) {
		if (!body.path("model").isString()) {
			throw new ScriptRefusal(400, INVALID_REQUEST, "you must provide a model parameter");
		}
		String model = body.path("model").stringValue();
		if (model.startsWith("claude")) {
			throw new ScriptRefusal(404, INVALID_REQUEST, null, "model_not_found",
					"The model `%s` does not exist or you do not have access to it.".formatted(model));
		}
		return model;
	}

	static int limit(JsonNode body, String param) {
		JsonNode limit = body.path(param);
		if (limit.isMissingNode() || limit.isNull()) {
			return ScriptedQuestion.NO_LIMIT;
		}
		if (!limit.isInt() || limit.intValue() < 1) {
			throw invalid(param, "integer_below_min_value",
					"Invalid '%s': integer below minimum value. Expected a value >= 1, but got %s instead."
						.formatted(param, limit));
		}
		return limit.intValue();
	}

	private static ChatOptions options(JsonNode body, String model, int limit) {
		return JsonContent.options(body, model)
			.maxTokens((limit != ScriptedQuestion.NO_LIMIT) ? limit : null)
			.toolChoice(JsonContent.toolChoice(body.path("tool_choice").asString("")))
			.build();
	}

	private static List<ChatMessage> messages(JsonNode messages) {
		List<ChatMessage> result = new ArrayList<>();
		messages.forEach((message) -> result.add(message(message)));
		return result;
	}

	private static ChatMessage message(JsonNode message) {
		String text = JsonContent.text(message.path("content"));
		return switch (message.path("role").asString("user")) {
			case "system", "developer" -> new SystemMessage(text);
			case "assistant" -> new AiMessage(text, toolCalls(message.path("tool_calls")));
			case "tool" -> new ToolMessage(message.path("tool_call_id").asString(""), text,
					JsonContent.media(message.path("content")));
			default -> new HumanMessage(text, JsonContent.media(message.path("content")));
		};
	}

	private static List<ToolCall> toolCalls(JsonNode calls) {
		List<ToolCall> result = new ArrayList<>();
		calls.forEach((call) -> result
			.add(new ToolCall(call.path("id").asString(""), call.path("function").path("name").asString(""),
					call.path("function").path("arguments").asString(""))));
		return result;
	}

	private static List<ToolDefinition> tools(JsonNode body) {
		List<ToolDefinition> tools = new ArrayList<>();
		body.path("tools").forEach((tool) -> tools.add(JsonContent.tool(tool.path("function"), "parameters")));
		return tools;
	}

	static ScriptRefusal invalid(String param, @Nullable String code, String message) {
		return new ScriptRefusal(400, INVALID_REQUEST, param, code, message);
	}

}
