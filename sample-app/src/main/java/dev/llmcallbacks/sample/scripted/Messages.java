package dev.llmcallbacks.sample.scripted;

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
			tokens += Script.tokens(text(message.path("content"))).size();
		}
		return tokens;
	}

}
