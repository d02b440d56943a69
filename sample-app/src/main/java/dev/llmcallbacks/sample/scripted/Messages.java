package dev.llmcallbacks.sample.scripted;

import java.util.ArrayList;
import java.util.List;

import tools.jackson.databind.JsonNode;

/**
 * Reads the messages of a request. In both protocols a message's content is a text, or a
 * list of parts of which some are texts.
 */
final class Messages {

	private Messages() {
	}

	static String text(JsonNode content) {
		if (content.isString()) {
			return content.stringValue();
		}
		StringBuilder text = new StringBuilder();
		content.forEach((part) -> text.append(part.path("text").asString("")));
		return text.toString();
	}

	static String lastText(JsonNode messages) {
		return text(messages.path(messages.size() - 1).path("content"));
	}

	static int tokens(JsonNode messages) {
		int tokens = 0;
		for (JsonNode message : messages) {
			JsonNode content = message.path("content");
			tokens += Script.tokens(text(content) + String.join("", toolResults(content))).size();
		}
		return tokens;
	}

	/**
	 * Read the parts of a message that are answers of tools, as Anthropic has them.
	 * @param content the message's content
	 * @return the answers
	 */
	static List<String> toolResults(JsonNode content) {
		List<String> results = new ArrayList<>();
		for (JsonNode part : content) {
			if (part.path("type").asString("").equals("tool_result")) {
				results.add(text(part.path("content")));
			}
		}
		return results;
	}

}
