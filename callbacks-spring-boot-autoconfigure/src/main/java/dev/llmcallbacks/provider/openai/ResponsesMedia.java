package dev.llmcallbacks.provider.openai;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.model.UnsupportedMediaException;

/**
 * Writes the media of messages and of tools' results as the Responses API carries them:
 * images and documents, by URL or bytes.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/responses/create">OpenAI
 * API reference: create a response</a>
 */
final class ResponsesMedia {

	static final String PROTOCOL = "OpenAI's Responses protocol";

	private static final String TYPE = "type";

	private ResponsesMedia() {
	}

	/**
	 * Return the content of a message or of a tool's result.
	 * @param message the message
	 * @return its text, or the list of its parts
	 */
	static Object content(ChatMessage message) {
		if (message.media().isEmpty()) {
			return message.text();
		}
		List<Object> parts = new ArrayList<>();
		if (!message.text().isEmpty()) {
			parts.add(Map.of(TYPE, "input_text", "text", message.text()));
		}
		message.media().forEach((media) -> parts.add(part(media)));
		return parts;
	}

	private static Map<String, Object> part(Media media) {
		if (media.is("audio") || media.is("video")) {
			throw unsupported(media, "it carries images and documents");
		}
		String url = MediaParts.url(media);
		if (url == null) {
			throw unsupported(media, MediaParts.NO_DATA);
		}
		Map<String, Object> part = new LinkedHashMap<>();
		if (media.is("image")) {
			part.put(TYPE, "input_image");
			part.put("image_url", url);
			part.put("detail", "auto");
		}
		else {
			part.put(TYPE, "input_file");
			if (media.uri() == null) {
				part.put("filename", MediaParts.fileName(media));
			}
			part.put((media.uri() != null) ? "file_url" : "file_data", url);
		}
		return part;
	}

	private static UnsupportedMediaException unsupported(Media media, String reason) {
		return new UnsupportedMediaException(OpenAiChatModel.PROVIDER, PROTOCOL, media, reason);
	}

}
