package dev.llmcallbacks.feed;

import java.util.Map;

import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON texts of entries, without line breaks. Stateless.
 */
final class FeedJson {

	private static final JsonMapper MAPPER = new JsonMapper();

	private static final JsonStringEncoder ENCODER = JsonStringEncoder.getInstance();

	private FeedJson() {
	}

	static String write(Map<String, ?> values) {
		return MAPPER.writeValueAsString(values);
	}

	static String ofText(String text) {
		StringBuilder json = new StringBuilder(text.length() + 16).append("{\"text\":\"");
		ENCODER.quoteAsString(text, json);
		return json.append("\"}").toString();
	}

}
