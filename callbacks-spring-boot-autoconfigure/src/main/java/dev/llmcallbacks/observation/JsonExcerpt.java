package dev.llmcallbacks.observation;

import java.io.StringWriter;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Copies the beginning of a JSON text, as a JSON text that is complete. Strings are cut;
 * when enough has been copied, the rest is left out with a mark, and all objects and
 * arrays are closed. Used by one thread.
 */
final class JsonExcerpt {

	/** Texts of more than so many times the length of the copy are not parsed. */
	private static final long MOST_PARSED = 4;

	private final JsonParser parser;

	private final JsonGenerator generator;

	private final StringWriter copy;

	private final int max;

	private JsonExcerpt(JsonParser parser, JsonGenerator generator, StringWriter copy, int max) {
		this.parser = parser;
		this.generator = generator;
		this.copy = copy;
		this.max = max;
	}

	/**
	 * Return an excerpt of a text.
	 * @param text the text
	 * @param max the length of the copy from which on the rest is left out, and the
	 * maximum length of a string in it
	 * @param factory the factory of the parser and the generator
	 * @return the excerpt, or {@code null} if the text is not JSON or very long
	 */
	static @Nullable String of(String text, int max, JsonFactory factory) {
		if (text.length() > MOST_PARSED * max) {
			return null;
		}
		StringWriter copy = new StringWriter();
		try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), text);
				JsonGenerator generator = factory.createGenerator(ObjectWriteContext.empty(), copy)) {
			JsonToken first = parser.nextToken();
			if (first == null) {
				return null;
			}
			boolean whole = new JsonExcerpt(parser, generator, copy, max).value(first);
			if (whole && parser.nextToken() != null) {
				return null;
			}
		}
		catch (JacksonException ex) {
			return null;
		}
		return copy.toString();
	}

	// all methods return whether everything has been copied
	private boolean value(JsonToken token) {
		switch (token) {
			case START_OBJECT -> {
				return object();
			}
			case START_ARRAY -> {
				return array();
			}
			case VALUE_STRING -> this.generator.writeString(ContentJson.cut(this.parser.getString(), this.max));
			case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> this.generator.writeNumber(this.parser.getString());
			case VALUE_TRUE -> this.generator.writeBoolean(true);
			case VALUE_FALSE -> this.generator.writeBoolean(false);
			default -> this.generator.writeNull();
		}
		return true;
	}

	private boolean object() {
		this.generator.writeStartObject();
		for (JsonToken token = this.parser.nextToken(); token != JsonToken.END_OBJECT; token = this.parser
			.nextToken()) {
			if (isFull()) {
				this.generator.writeName(ContentJson.ELLIPSIS);
				this.generator.writeString(ContentJson.ELLIPSIS);
				return false;
			}
			this.generator.writeName(ContentJson.cut(this.parser.currentName(), this.max));
			if (!value(this.parser.nextToken())) {
				return false;
			}
		}
		this.generator.writeEndObject();
		return true;
	}

	private boolean array() {
		this.generator.writeStartArray();
		for (JsonToken token = this.parser.nextToken(); token != JsonToken.END_ARRAY; token = this.parser.nextToken()) {
			if (isFull()) {
				this.generator.writeString(ContentJson.ELLIPSIS);
				return false;
			}
			if (!value(token)) {
				return false;
			}
		}
		this.generator.writeEndArray();
		return true;
	}

	private boolean isFull() {
		return this.copy.getBuffer().length() + this.generator.streamWriteOutputBuffered() >= this.max;
	}

}
