package dev.llmcallbacks.test;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ToolChoice;
import dev.llmcallbacks.message.ToolDefinition;

/**
 * Reads and writes what the protocols of several providers have in common.
 */
final class JsonContent {

	private JsonContent() {
	}

	/**
	 * Read the text of a message's content.
	 * @param content a text, or a list of parts of which some are texts
	 * @return the text
	 */
	static String text(JsonNode content) {
		if (content.isString()) {
			return content.stringValue();
		}
		StringBuilder text = new StringBuilder();
		content.forEach((part) -> text.append(part.path("text").asString("")));
		return text.toString();
	}

	static ToolDefinition tool(JsonNode tool, String schemaField) {
		return new ToolDefinition(tool.path("name").asString(""), tool.path("description").asString(""),
				tool.path(schemaField).isObject() ? tool.path(schemaField).toString() : "{}");
	}

	static ChatOptions.Builder options(JsonNode body, String model) {
		return ChatOptions.builder()
			.model(model)
			.temperature(body.path("temperature").isNumber() ? body.path("temperature").doubleValue() : null)
			.topP(body.path("top_p").isNumber() ? body.path("top_p").doubleValue() : null)
			.streaming(body.path("stream").asBoolean(false));
	}

	static @Nullable ToolChoice toolChoice(String name) {
		return switch (name) {
			case "none" -> ToolChoice.NONE;
			case "auto" -> ToolChoice.AUTO;
			case "required", "any" -> ToolChoice.REQUIRED;
			default -> null;
		};
	}

	static Map<String, @Nullable Object> fields(@Nullable Object... namesAndValues) {
		Map<String, @Nullable Object> fields = new LinkedHashMap<>();
		for (int i = 0; i < namesAndValues.length; i += 2) {
			fields.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
		}
		return fields;
	}

}
