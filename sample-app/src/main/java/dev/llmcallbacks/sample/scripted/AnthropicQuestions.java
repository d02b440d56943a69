package dev.llmcallbacks.sample.scripted;

import java.util.ArrayList;
import java.util.List;

import tools.jackson.databind.JsonNode;

/**
 * Reads questions in Anthropic's protocol.
 */
final class AnthropicQuestions {

	private AnthropicQuestions() {
	}

	static Question read(JsonNode body) {
		for (String field : List.of("model", "max_tokens", "messages")) {
			if (!body.hasNonNull(field)) {
				throw AnthropicProtocol.invalid(field + ": Field required");
			}
		}
		JsonNode limit = body.path("max_tokens");
		if (!limit.isInt() || limit.intValue() < 1) {
			throw AnthropicProtocol.invalid("max_tokens: Input should be greater than or equal to 1");
		}
		String model = body.path("model").asString("");
		if (model.startsWith("gpt")) {
			throw new Refusal(404, "not_found_error", "model: " + model);
		}
		JsonNode messages = body.path("messages");
		check(messages);
		int inputTokens = Script.tokens(Messages.text(body.path("system"))).size() + Messages.tokens(messages);
		return new Question(model, Messages.lastText(messages), inputTokens, limit.intValue(),
				body.path("stream").asBoolean(false), true, toolTalk(body));
	}

	private static void check(JsonNode messages) {
		if (!messages.isArray() || messages.isEmpty()) {
			throw AnthropicProtocol.invalid("messages: at least one message is required");
		}
		for (JsonNode message : messages) {
			String role = message.path("role").asString("");
			if (!role.equals("user") && !role.equals("assistant")) {
				throw AnthropicProtocol
					.invalid("messages: Unexpected role \"%s\". Allowed roles are \"user\" or \"assistant\"; "
						.formatted(role) + "the Messages API accepts a top-level `system` parameter.");
			}
		}
	}

	private static ToolTalk toolTalk(JsonNode body) {
		List<OfferedTool> offered = new ArrayList<>();
		if (!body.path("tool_choice").path("type").asString("").equals("none")) {
			for (JsonNode tool : body.path("tools")) {
				offered.add(new OfferedTool(tool.path("name").asString(""), tool.path("input_schema")));
			}
		}
		JsonNode messages = body.path("messages");
		return new ToolTalk(offered, Messages.toolResults(messages.path(messages.size() - 1).path("content")));
	}

}
