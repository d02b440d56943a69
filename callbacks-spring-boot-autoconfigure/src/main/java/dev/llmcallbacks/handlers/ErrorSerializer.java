package dev.llmcallbacks.handlers;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;

import dev.llmcallbacks.callback.RecordedException;

/**
 * Writes the class and the message of an error.
 */
final class ErrorSerializer extends ValueSerializer<Throwable> {

	static final String TYPE = "type";

	static final String MESSAGE = "message";

	@Override
	public void serialize(Throwable error, JsonGenerator generator, SerializationContext context) {
		generator.writeStartObject();
		generator.writeStringProperty(TYPE, RecordedException.typeOf(error));
		generator.writeStringProperty(MESSAGE, error.getMessage());
		generator.writeEndObject();
	}

}
