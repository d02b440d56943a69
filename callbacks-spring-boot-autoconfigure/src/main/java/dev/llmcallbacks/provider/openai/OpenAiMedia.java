package dev.llmcallbacks.provider.openai;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.model.UnsupportedMediaException;

/**
 * Writes the media of messages as Chat Completions carries them: images by URL or bytes,
 * audio and files by bytes. OpenAI itself takes files of the user alone, and neither by
 * URL; of other servers some take both.
 *
 * @param host the kind of server
 * @see <a href="https://platform.openai.com/docs/api-reference/chat/create">OpenAI API
 * reference: create chat completion</a>
 */
record OpenAiMedia(OpenAiHost host) {

	static final String PROTOCOL = "OpenAI's Chat Completions protocol";

	/** The names of the audio formats, by media type. */
	private static final Map<String, String> AUDIO = Map.of("audio/wav", "wav", "audio/x-wav", "wav", "audio/wave",
			"wav", "audio/vnd.wave", "wav", "audio/mpeg", "mp3", "audio/mp3", "mp3");

	/**
	 * Return the content of a message of the user.
	 * @param message the message
	 * @return its text, or the list of its parts
	 */
	Object content(ChatMessage message) {
		if (message.media().isEmpty()) {
			return message.text();
		}
		List<Object> parts = new ArrayList<>();
		if (!message.text().isEmpty()) {
			parts.add(Map.of("type", "text", "text", message.text()));
		}
		message.media().forEach((media) -> parts.add(part(media)));
		return parts;
	}

	/**
	 * Return the content of a tool's result.
	 * @param result the result
	 * @return its text, or the list of its parts
	 */
	Object resultContent(ToolMessage result) {
		if (!result.media().isEmpty() && this.host != OpenAiHost.OTHER) {
			throw unsupported(result.media().get(0),
					"results of tools are texts in it; use the Responses API, or a message of the user");
		}
		return content(result);
	}

	private Map<String, Object> part(Media media) {
		if (media.is("image")) {
			return part("image_url", Map.of("url", url(media)));
		}
		if (media.is("audio")) {
			return audio(media);
		}
		if (media.is("video")) {
			throw unsupported(media, "it carries images, audio and documents");
		}
		return file(media);
	}

	private static Map<String, Object> audio(Media media) {
		String format = AUDIO.get(media.essence());
		String data = media.base64();
		if (format == null) {
			throw unsupported(media, "it carries 'audio/wav' and 'audio/mpeg'");
		}
		if (data == null) {
			throw unsupported(media, "audio is carried as bytes, not by URL");
		}
		return part("input_audio", Map.of("data", data, "format", format));
	}

	private Map<String, Object> file(Media media) {
		if (media.uri() != null && this.host != OpenAiHost.OTHER) {
			throw unsupported(media, "documents are carried as bytes, not by URL; use the Responses API");
		}
		Map<String, Object> file = new LinkedHashMap<>();
		file.put("filename", MediaParts.fileName(media));
		file.put("file_data", url(media));
		return part("file", file);
	}

	private static String url(Media media) {
		String url = MediaParts.url(media);
		if (url == null) {
			throw unsupported(media, MediaParts.NO_DATA);
		}
		return url;
	}

	private static Map<String, Object> part(String type, Object content) {
		Map<String, Object> part = new LinkedHashMap<>();
		part.put("type", type);
		part.put(type, content);
		return part;
	}

	private static UnsupportedMediaException unsupported(Media media, String reason) {
		return new UnsupportedMediaException(OpenAiChatModel.PROVIDER, PROTOCOL, media, reason);
	}

}
