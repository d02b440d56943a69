package dev.llmcallbacks.handlers;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;

import dev.llmcallbacks.message.Media;

/**
 * Writes a file of a message: media type, URL, name and size, and its bytes only where
 * the writer has the attribute {@link #DATA}.
 */
final class MediaSerializer extends ValueSerializer<Media> {

	static final String DATA = "media-data";

	@Override
	public void serialize(Media media, JsonGenerator generator, SerializationContext context) {
		generator.writeStartObject();
		generator.writeStringProperty("mediaType", media.mediaType());
		if (media.uri() != null) {
			generator.writeStringProperty("uri", media.uri().toString());
		}
		if (media.name() != null) {
			generator.writeStringProperty("name", media.name());
		}
		generator.writeNumberProperty("size", media.size());
		String data = (context.getAttribute(DATA) != null) ? media.base64() : null;
		if (data != null) {
			generator.writeStringProperty("data", data);
		}
		generator.writeEndObject();
	}

}
