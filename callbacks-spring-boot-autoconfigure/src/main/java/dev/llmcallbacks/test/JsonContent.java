package dev.llmcallbacks.test;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.Media;
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

	/**
	 * Read the media of a message's content: those of the forms that the library writes.
	 * @param content a text, or a list of parts of which some are media
	 * @return the media
	 */
	static List<Media> media(JsonNode content) {
		List<Media> media = new ArrayList<>();
		for (JsonNode part : content) {
			switch (part.path("type").asString("")) {
				case "image_url" -> media.add(ofUrl(part.path("image_url").path("url").asString(""), "image/*"));
				case "file" -> media.add(ofUrl(part.path("file").path("file_data").asString(""), "application/pdf")
					.named(part.path("file").path("filename").asString("")));
				case "input_audio" ->
					media.add(Media.of("audio/" + part.path("input_audio").path("format").asString(""),
							Base64.getDecoder().decode(part.path("input_audio").path("data").asString(""))));
				case "input_image" -> media.add(ofUrl(part.path("image_url").asString(""), "image/*"));
				case "input_file" -> media.add(ofFile(part));
				case "image", "document" -> media.add(ofSource(part));
				default -> {
				}
			}
		}
		return media;
	}

	private static Media ofUrl(String url, String defaultType) {
		int end = url.indexOf(';');
		String type = (url.startsWith("data:") && end > 0) ? url.substring("data:".length(), end) : defaultType;
		return Media.of(type, URI.create(url));
	}

	private static Media ofFile(JsonNode part) {
		String url = part.path(part.has("file_url") ? "file_url" : "file_data").asString("");
		Media media = ofUrl(url, "application/pdf");
		return part.path("filename").isString() ? media.named(part.path("filename").stringValue()) : media;
	}

	private static Media ofSource(JsonNode block) {
		JsonNode source = block.path("source");
		String data = source.path("data").asString("");
		String type = source.path("media_type")
			.asString(block.path("type").asString("").equals("image") ? "image/*" : "application/pdf");
		Media media = switch (source.path("type").asString("")) {
			case "base64" -> Media.of(type, Base64.getDecoder().decode(data));
			case "text" -> Media.of(type, data.getBytes(StandardCharsets.UTF_8));
			default -> Media.of(type, URI.create(source.path("url").asString("")));
		};
		return block.path("title").isString() ? media.named(block.path("title").stringValue()) : media;
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
