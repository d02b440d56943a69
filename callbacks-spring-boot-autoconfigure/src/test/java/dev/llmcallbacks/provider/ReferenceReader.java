package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the beginning of a transcript in the plainest way there is, as something to
 * compare with: whole texts, split at blank lines, read into trees.
 */
final class ReferenceReader {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private static final Pattern EVENT = Pattern.compile("(?s).*?(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r)|.+");

	private final Protocol protocol;

	private final Map<Integer, StringBuilder> texts = new TreeMap<>();

	private final Map<Integer, Boolean> finished = new TreeMap<>();

	private boolean done;

	private boolean error;

	ReferenceReader(Protocol protocol) {
		this.protocol = protocol;
	}

	/**
	 * Split a body into its events, each with its end.
	 */
	static List<byte[]> events(byte[] body) {
		List<byte[]> events = new ArrayList<>();
		// ISO 8859-1 keeps every byte
		Matcher matcher = EVENT.matcher(new String(body, StandardCharsets.ISO_8859_1));
		while (matcher.find()) {
			events.add(matcher.group().getBytes(StandardCharsets.ISO_8859_1));
		}
		return events;
	}

	/**
	 * Read one event after another.
	 */
	void read(byte[] event) {
		String text = new String(event, StandardCharsets.UTF_8);
		if (this.done || this.error || !text.matches("(?s).*(\r\n|\n|\r)(\r\n|\n|\r)")) {
			return;
		}
		StringBuilder data = new StringBuilder();
		for (String line : text.replace("\uFEFF", "").split("\r\n|\n|\r")) {
			this.error |= line.matches("event: ?error|error:.*");
			data.append(line.startsWith("data:") ? line.substring(5) : "");
		}
		String payload = data.toString().strip();
		if (payload.isEmpty() || this.error) {
			return;
		}
		if (payload.equals("[DONE]")) {
			this.done = this.protocol != Protocol.RESPONSES;
			return;
		}
		try {
			JsonNode json = MAPPER.readTree(payload);
			switch (this.protocol) {
				case ANTHROPIC -> readAnthropic(json);
				case CHAT_COMPLETIONS -> readOpenAi(json);
				case RESPONSES -> readResponses(json);
			}
		}
		catch (JacksonException ex) {
			this.error = true;
		}
	}

	private void readAnthropic(JsonNode json) {
		String type = json.path("type").asString("");
		this.error |= type.equals("error");
		this.done |= type.equals("message_stop");
		append(0, json.path("delta").path("text"));
		append(0, json.path("content_block").path("text"));
	}

	private void readResponses(JsonNode json) {
		String type = json.path("type").asString("");
		this.error |= type.equals("error") || type.equals("response.failed");
		this.done |= type.equals("response.completed") || type.equals("response.incomplete");
		if (type.equals("response.output_text.delta")) {
			append(0, json.path("delta"));
		}
		if (type.equals("response.output_text.done") && text().isEmpty()) {
			append(0, json.path("text"));
		}
		if (type.equals("response.output_item.done") && text().isEmpty()) {
			json.path("item").path("content").forEach((part) -> {
				if (part.path("type").asString("").equals("output_text")) {
					append(0, part.path("text"));
				}
			});
		}
	}

	private void readOpenAi(JsonNode json) {
		this.error |= isError(json.path("error")) || isError(json.path("x_groq").path("error"))
				|| json.path("object").asString("").equals("error")
				|| (json.path("detail").isString() && !json.has("choices"));
		for (JsonNode choice : json.path("choices")) {
			this.error |= isError(choice.path("error"));
			int index = choice.path("index").asInt(0);
			JsonNode content = choice.path(choice.has("delta") ? "delta" : "message").path("content");
			append(index, content);
			for (JsonNode part : content) {
				append(index, part.isString() ? part : part.path("text"));
			}
			this.finished.merge(index, choice.path("finish_reason").isString(), Boolean::logicalOr);
		}
	}

	private static boolean isError(JsonNode node) {
		return (node.isString() && !node.asString().isEmpty()) || (node.isObject() && !node.isEmpty());
	}

	private void append(int index, JsonNode text) {
		if (text.isString()) {
			this.texts.computeIfAbsent(index, (key) -> new StringBuilder()).append(text.asString());
		}
	}

	/**
	 * Return the text of the first choice so far.
	 */
	String text() {
		return this.texts.values().stream().findFirst().map(StringBuilder::toString).orElse("");
	}

	/**
	 * Return how the answer ends if nothing follows.
	 */
	Outcome outcome() {
		if (this.error) {
			return Outcome.ERROR;
		}
		boolean allFinished = !this.finished.isEmpty() && this.finished.values().stream().allMatch((each) -> each);
		return (this.done || allFinished) ? Outcome.COMPLETE : Outcome.TRUNCATED;
	}

	enum Outcome {

		COMPLETE, TRUNCATED, ERROR

	}

}
