package dev.llmcallbacks.provider;

import java.io.StringWriter;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.async.ByteArrayFeeder;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Internal to the library: cursor over one JSON object after another, without a tree.
 * <p>
 * One non-blocking parser of Jackson's is kept open over many documents: each object is
 * fed to it as if it were the next value of one endless input, so that neither a parser
 * nor its buffers and names have to be made for a payload. The parser therefore has to
 * stand behind the end of one object before it is given the next; if it does not, as the
 * object was malformed or was not read to its end, it is replaced. Positions that the
 * parser reports count from the beginning of the first object.
 * <p>
 * What is malformed, or ends too early, is a {@link JacksonException}; the cursor can be
 * opened anew afterwards. Belongs to one stream and is used by one thread at a time.
 */
public final class JsonCursor {

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private static final byte[] NOTHING = {};

	private @Nullable JsonParser parser;

	/** Whether the parser stands behind the end of an object. */
	private boolean atRest;

	/** Where the object begins, as the parser counts bytes and as the array does. */
	private long base;

	private byte[] bytes = NOTHING;

	private int offset;

	private int length;

	/**
	 * Begin with an object.
	 * @param bytes the array in which the object's JSON text lies, in UTF-8
	 * @param offset where it begins
	 * @param length how many bytes it is
	 * @throws JacksonException if it is something else than an object
	 */
	public void open(byte[] bytes, int offset, int length) {
		if (this.parser == null || !this.atRest) {
			this.parser = MAPPER.tokenStreamFactory().createNonBlockingByteArrayParser(ObjectReadContext.empty());
			this.base = 0;
		}
		else {
			this.base += this.length;
		}
		this.bytes = bytes;
		this.offset = offset;
		this.length = length;
		this.atRest = false;
		ByteArrayFeeder feeder = (ByteArrayFeeder) this.parser.nonBlockingInputFeeder();
		feeder.feedInput(bytes, offset, offset + length);
		if (this.parser.nextToken() != JsonToken.START_OBJECT) {
			throw malformed("no object");
		}
	}

	/**
	 * End with the object, whose last field has been read.
	 * @throws JacksonException if anything follows it
	 */
	public void close() {
		if (parser().nextToken() != JsonToken.NOT_AVAILABLE) {
			throw malformed("more than one value");
		}
		this.bytes = NOTHING;
		this.atRest = true;
	}

	/**
	 * Release what the parser holds, as no object is expected soon; the names that it has
	 * met are shared with all other parsers. The cursor can be opened anew.
	 */
	public void release() {
		if (this.parser != null) {
			this.parser.close();
			this.parser = null;
		}
	}

	/**
	 * Go on to the next field of the current object, and to its value. The value must be
	 * read to its end, or be {@link #skip() skipped}, before the next call.
	 * @return the field's name, or {@code null} after the last
	 */
	public @Nullable String nextField() {
		JsonToken token = parser().nextToken();
		if (token == JsonToken.PROPERTY_NAME) {
			String name = parser().currentName();
			parser().nextToken();
			return name;
		}
		if (token != JsonToken.END_OBJECT) {
			throw malformed("no end of the object");
		}
		return null;
	}

	/**
	 * Go on to the next element of the current array.
	 * @return whether there is one
	 */
	public boolean nextElement() {
		JsonToken token = parser().nextToken();
		if (token == JsonToken.NOT_AVAILABLE) {
			throw malformed("no end of the array");
		}
		return token != JsonToken.END_ARRAY;
	}

	/**
	 * Whether the current value is an object; if not, it is skipped.
	 * @return whether its fields can be read
	 */
	public boolean enterObject() {
		return enter(JsonToken.START_OBJECT);
	}

	/**
	 * Whether the current value is an array; if not, it is skipped.
	 * @return whether its elements can be read
	 */
	public boolean enterArray() {
		return enter(JsonToken.START_ARRAY);
	}

	private boolean enter(JsonToken start) {
		if (parser().currentToken() == start) {
			return true;
		}
		skip();
		return false;
	}

	/**
	 * Whether the current value is an array.
	 * @return whether it is one
	 */
	public boolean isArray() {
		return parser().currentToken() == JsonToken.START_ARRAY;
	}

	/**
	 * Whether the current value is an object, which is not entered.
	 * @return whether it is one
	 */
	public boolean isObject() {
		return parser().currentToken() == JsonToken.START_OBJECT;
	}

	/**
	 * Whether the current value is a text.
	 * @return whether it is one
	 */
	public boolean isText() {
		return parser().currentToken() == JsonToken.VALUE_STRING;
	}

	/**
	 * Whether the current value is a number.
	 * @return whether it is one
	 */
	public boolean isNumber() {
		JsonToken token = parser().currentToken();
		return token != null && token.isNumeric();
	}

	/**
	 * Whether the current value is {@code null}.
	 * @return whether it is
	 */
	public boolean isNull() {
		return parser().currentToken() == JsonToken.VALUE_NULL;
	}

	/**
	 * Pass over the current value.
	 */
	public void skip() {
		parser().skipChildren();
	}

	/**
	 * Read the current value as a text.
	 * @return the text, or {@code null} if it is anything but a text or a number
	 */
	public @Nullable String text() {
		JsonToken token = parser().currentToken();
		if (token == JsonToken.VALUE_STRING || (token != null && token.isNumeric())) {
			return parser().getString();
		}
		skip();
		return null;
	}

	/**
	 * Read the current value as a text that is probably known already.
	 * @param known the text that is expected, or {@code null}
	 * @return the known text if the value is equal to it, else as {@link #text()}
	 */
	public @Nullable String text(@Nullable String known) {
		if (known != null && isText()) {
			char[] characters = parser().getStringCharacters();
			CharBuffer value = CharBuffer.wrap(characters, parser().getStringOffset(), parser().getStringLength());
			if (known.contentEquals(value)) {
				return known;
			}
		}
		return text();
	}

	/**
	 * Return where the current text begins in the array.
	 * @return the index behind its opening quote
	 */
	public int textStart() {
		return this.offset + (int) (parser().currentTokenLocation().getByteOffset() - this.base);
	}

	/**
	 * Return where the current object, array, text or number begins in the array.
	 * @return the index of its first character
	 */
	public int valueStart() {
		return textStart() - 1;
	}

	/**
	 * Return the JSON text of a value that has been read to its end just now.
	 * @param start where the object, array or text {@link #valueStart() began}
	 * @return the JSON text as it was sent
	 */
	public String rawFrom(int start) {
		int end = this.offset + (int) (parser().currentLocation().getByteOffset() - this.base);
		return new String(this.bytes, start, end - start, StandardCharsets.UTF_8);
	}

	/**
	 * Read the current value, whatever it is, as JSON text.
	 * @return the JSON text as it was sent, byte for byte
	 */
	public String raw() {
		JsonToken token = parser().currentToken();
		if (token == null || token == JsonToken.NOT_AVAILABLE) {
			throw malformed("no value");
		}
		if (token.isStructStart() || token == JsonToken.VALUE_STRING) {
			int start = valueStart();
			skip();
			return rawFrom(start);
		}
		return parser().getString();
	}

	/**
	 * Read the current value as a count.
	 * @return the number, from 0 to the largest integer; 0 if it is not a number
	 */
	public int count() {
		return Math.max(0, number());
	}

	/**
	 * Read the current value as an index.
	 * @return the number, negative if it cannot be an index; 0 if it is not a number
	 */
	public int index() {
		return number();
	}

	private int number() {
		JsonToken token = parser().currentToken();
		if (token != null && token.isNumeric()) {
			return (int) parser().getDoubleValue();
		}
		skip();
		return 0;
	}

	/**
	 * Read the current value, whatever it is, as JSON text.
	 * @return the JSON text
	 */
	public String json() {
		StringWriter text = new StringWriter();
		try (JsonGenerator generator = MAPPER.createGenerator(text)) {
			copyTo(generator);
		}
		return text.toString();
	}

	// Event by event: the parser's own way of copying takes a value without an end for a
	// fault of the caller's.
	private void copyTo(JsonGenerator generator) {
		int depth = 0;
		for (JsonToken token = parser().currentToken();; token = parser().nextToken()) {
			if (token == null || token == JsonToken.NOT_AVAILABLE) {
				throw malformed("no end of the value");
			}
			generator.copyCurrentEvent(parser());
			depth += token.isStructStart() ? 1 : 0;
			depth -= token.isStructEnd() ? 1 : 0;
			if (depth == 0) {
				return;
			}
		}
	}

	/**
	 * Read the current value, whatever it is.
	 * @return the value as maps, lists, texts, numbers, booleans
	 */
	public @Nullable Object value() {
		return valueOf(json());
	}

	/**
	 * Parse JSON text.
	 * @param json the text of any value
	 * @return the value as maps, lists, texts, numbers, booleans
	 */
	public static @Nullable Object valueOf(String json) {
		return MAPPER.readValue(json, Object.class);
	}

	private JsonParser parser() {
		if (this.parser == null) {
			throw new IllegalStateException("Not open");
		}
		return this.parser;
	}

	private StreamReadException malformed(String what) {
		return new StreamReadException(this.parser, what);
	}

}
