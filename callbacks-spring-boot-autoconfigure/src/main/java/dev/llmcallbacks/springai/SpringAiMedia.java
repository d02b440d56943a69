package dev.llmcallbacks.springai;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.ai.content.Media;
import org.springframework.util.MimeTypeUtils;

/**
 * Media of Spring AI as media of this library, and the other way round.
 */
final class SpringAiMedia {

	/** Begin of the names that Spring AI gives to media without one. */
	private static final String GENERATED_NAME = "media-";

	private SpringAiMedia() {
	}

	/**
	 * Convert the media of a message.
	 * @param media the media of Spring AI
	 * @return those whose media type can be read, in the same order
	 */
	static List<dev.llmcallbacks.message.Media> toMedia(@Nullable Collection<Media> media) {
		List<dev.llmcallbacks.message.Media> converted = new ArrayList<>();
		if (media != null) {
			media.stream().map(SpringAiMedia::toMedia).filter(Objects::nonNull).forEach(converted::add);
		}
		return converted;
	}

	private static dev.llmcallbacks.message.@Nullable Media toMedia(Media media) {
		try {
			dev.llmcallbacks.message.Media converted = toMedia(media.getMimeType().toString(), media.getData());
			return media.getName().startsWith(GENERATED_NAME) ? converted : converted.named(media.getName());
		}
		catch (IllegalArgumentException ex) {
			// what Spring AI does with it is its own affair: an event is not a check
			return null;
		}
	}

	private static dev.llmcallbacks.message.Media toMedia(String mediaType, Object data) {
		if (data instanceof byte[] bytes) {
			return (bytes.length > 0) ? dev.llmcallbacks.message.Media.of(mediaType, bytes)
					: new dev.llmcallbacks.message.Media(mediaType, null, null, null, 0);
		}
		return dev.llmcallbacks.message.Media.of(mediaType, URI.create(data.toString()));
	}

	/**
	 * Convert a file.
	 * @param media the file, which has a URL or bytes
	 * @param mediaType the media type under which the model knows it
	 * @return the media of Spring AI
	 */
	static Media fromMedia(dev.llmcallbacks.message.Media media, String mediaType) {
		Media.Builder builder = Media.builder().mimeType(MimeTypeUtils.parseMimeType(mediaType));
		byte[] data = media.data();
		if (data != null) {
			builder.data(data);
		}
		else {
			builder.data(Objects.requireNonNull(media.uri()));
		}
		return ((media.name() != null) ? builder.name(media.name()) : builder).build();
	}

}
