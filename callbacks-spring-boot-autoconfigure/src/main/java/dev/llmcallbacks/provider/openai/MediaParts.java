package dev.llmcallbacks.provider.openai;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.Media;

/**
 * What the parts of messages with media have in common in OpenAI's protocols.
 */
final class MediaParts {

	static final String NO_DATA = "its bytes were left out when the message was stored";

	private MediaParts() {
	}

	/**
	 * Return the URL of a file.
	 * @param media the file
	 * @return its URL, or one that contains its bytes; {@code null} if there is neither
	 */
	static @Nullable String url(Media media) {
		if (media.uri() != null) {
			return media.uri().toString();
		}
		String data = media.base64();
		return (data != null) ? "data:" + media.essence() + ";base64," + data : null;
	}

	/**
	 * Return the name of a file, which the protocols require.
	 * @param media the file
	 * @return its name, or one of its media type
	 */
	static String fileName(Media media) {
		String type = media.essence();
		return (media.name() != null) ? media.name()
				: "file." + (type.equals("text/plain") ? "txt" : type.substring(type.indexOf('/') + 1));
	}

}
