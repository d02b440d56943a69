package dev.llmcallbacks.sample.scripted;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads questions in OpenAI's protocol.
 */
final class OpenAiQuestions {

	private static final int NO_LIMIT = Integer.MAX_VALUE;

	private OpenAiQuestions() {
	}

	static Question read(JsonNode body) {
		if (!body.path("model").isString()) {
			throw new Refusal(400, OpenAiProtocol.INVALID_REQUEST, "you must provide a model parameter");
		}
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
		String model = body.path("model").stringValue();
		if (model.startsWith("claude")) {
			throw new Refusal(404, OpenAiProtocol.INVALID_REQUEST, null, "model_not_found",
					"The model `%s` does not exist or you do not have access to it.".formatted(model));
		}
		return new Question(model, Messages.lastText(messages), Messages.tokens(messages), limit(body), stream,
				body.path("stream_options").path("include_usage").asBoolean(false), toolTalk(body));
	}

	private static int limit(JsonNode body) {
		String param = body.has("max_completion_tokens") ? "max_completion_tokens" : "max_tokens";
		JsonNode limit = body.path(param);
		if (limit.isMissingNode() || limit.isNull()) {
			return NO_LIMIT;
		}
		if (!limit.isInt() || limit.intValue() < 1) {
			throw invalid(param, "integer_below_min_value",
					"Invalid '%s': integer below minimum value. Expected a value >= 1, but got %s instead."
						.formatted(param, limit));
		}
		return limit.intValue();
	}

	private static ToolTalk toolTalk(JsonNode body) {
		List<OfferedTool> offered = new ArrayList<>();
		if (!body.path("tool_choice").asString("").equals("none")) {
			for (JsonNode tool : body.path("tools")) {
				JsonNode function = tool.path("function");
				offered.add(new OfferedTool(function.path("name").asString(""), function.path("parameters")));
			}
		}
		List<String> results = new ArrayList<>();
		for (JsonNode message : body.path("messages")) {
			if (message.path("role").asString("").equals("tool")) {
				results.add(Messages.text(message.path("content")));
			}
			else {
				results.clear();
			}
		}
		return new ToolTalk(offered, results);
	}

	private static Refusal invalid(String param, @Nullable String code, String message) {
		return new Refusal(400, OpenAiProtocol.INVALID_REQUEST, param, code, message);
	}

}
