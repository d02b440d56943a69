package dev.llmcallbacks.provider.anthropic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.model.UnsupportedMediaException;

/**
 * Writes the media of messages and of tools' results as Anthropic's protocol carries
 * them: images and PDF documents by URL or bytes, and texts as documents.
 *
 * @see <a href="https://docs.anthropic.com/en/api/messages">Anthropic API reference:
 * messages</a>
 */
final class AnthropicMedia {

	static final String PROTOCOL = "Anthropic's Messages protocol";

	private static final Set<String> IMAGES = Set.of("image/jpeg", "image/png", "image/gif", "image/webp");

	private static final String PDF = "application/pdf";

	private static final String TYPE = "type";

	private static final String NO_DATA = "its bytes were left out when the message was stored";

	private AnthropicMedia() {
	}

	/**
	 * Return the content of a message or of a tool's result.
	 * @param message the message
	 * @return its text, or the list of its blocks
	 */
	static Object content(ChatMessage message) {
		if (message.media().isEmpty()) {
			return message.text();
		}
		List<Object> blocks = new ArrayList<>();
		if (!message.text().isBlank()) {
			blocks.add(Map.of(TYPE, "text", "text", message.text()));
		}
		message.media().forEach((media) -> blocks.add(block(media)));
		return blocks;
	}

	private static Map<String, Object> block(Media media) {
		String type = media.essence();
		if (IMAGES.contains(type) || (type.equals("image/*") && media.uri() != null)) {
			return block("image", source(media, type));
		}
		if (type.equals(PDF)) {
			return document(media, source(media, type));
		}
		if (!media.is("text")) {
			throw unsupported(media, "it carries images (JPEG, PNG, GIF, WebP), PDF documents and texts");
		}
		String text = media.decodedText();
		if (text == null) {
			throw unsupported(media, (media.uri() != null) ? "texts are carried as bytes, not by URL" : NO_DATA);
		}
		return document(media, Map.of(TYPE, "text", "media_type", "text/plain", "data", text));
	}

	private static Map<String, Object> source(Media media, String type) {
		if (media.uri() != null) {
			return Map.of(TYPE, "url", "url", media.uri().toString());
		}
		String data = media.base64();
		if (data == null) {
			throw unsupported(media, NO_DATA);
		}
		return Map.of(TYPE, "base64", "media_type", type, "data", data);
	}

	private static Map<String, Object> document(Media media, Map<String, Object> source) {
		Map<String, Object> block = block("document", source);
		if (media.name() != null) {
			block.put("title", media.name());
		}
		return block;
	}

	private static Map<String, Object> block(String type, Map<String, Object> source) {
		Map<String, Object> block = new LinkedHashMap<>();
		block.put(TYPE, type);
		block.put("source", source);
		return block;
	}

	private static UnsupportedMediaException unsupported(Media media, String reason) {
		return new UnsupportedMediaException(AnthropicChatModel.PROVIDER, PROTOCOL, media, reason);
	}

}
