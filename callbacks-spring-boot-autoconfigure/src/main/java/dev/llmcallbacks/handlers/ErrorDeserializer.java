package dev.llmcallbacks.handlers;

import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ValueDeserializer;

import dev.llmcallbacks.callback.RecordedException;

/**
 * Reads the class and the message of an error.
 */
final class ErrorDeserializer extends ValueDeserializer<Throwable> {

	@Override
	public Throwable deserialize(JsonParser parser, DeserializationContext context) {
		JsonNode node = context.readTree(parser);
		JsonNode message = node.path(ErrorSerializer.MESSAGE);
		return new RecordedException(node.path(ErrorSerializer.TYPE).asString(""),
				message.isString() ? message.asString() : null);
	}

}
