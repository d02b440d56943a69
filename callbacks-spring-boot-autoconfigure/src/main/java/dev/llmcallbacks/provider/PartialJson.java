package dev.llmcallbacks.provider;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads JSON text that may be cut anywhere or malformed: what stands before that place is
 * kept, a text that was cut included.
 */
final class PartialJson {

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

	private final Deque<JsonNode> open = new ArrayDeque<>();

	private JsonNode root = NODES.missingNode();

	private @Nullable String name;

	private PartialJson() {
	}

	/**
	 * Read JSON text.
	 * @param bytes the array in which the text lies, in UTF-8
	 * @param offset where it begins
	 * @param length how many bytes it is
	 * @return what could be read; a missing node if nothing could
	 */
	static JsonNode read(byte[] bytes, int offset, int length) {
		PartialJson json = new PartialJson();
		byte[] text = closeText(Utf8.mend(bytes, offset, length));
		try (JsonParser parser = MAPPER.createParser(text)) {
			for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
				json.add(token, parser);
				if (json.open.isEmpty()) {
					break;
				}
			}
		}
		catch (JacksonException ex) {
			return json.root;
		}
		return json.root;
	}

	// Add the closing quote that is missing when a text was cut
	private static byte[] closeText(byte[] bytes) {
		boolean inText = false;
		int escape = -1;
		for (int i = 0; i < bytes.length; i++) {
			if (escape >= 0 && i <= escape) {
				continue;
			}
			if (inText && bytes[i] == '\\') {
				escape = i + ((i + 1 < bytes.length && bytes[i + 1] == 'u') ? 5 : 1);
			}
			else if (bytes[i] == '"') {
				inText = !inText;
			}
		}
		if (!inText) {
			return bytes;
		}
		int end = (escape >= bytes.length) ? lastBackslash(bytes) : bytes.length;
		byte[] closed = Arrays.copyOf(bytes, end + 1);
		closed[end] = '"';
		return closed;
	}

	private static int lastBackslash(byte[] bytes) {
		int index = bytes.length - 1;
		while (bytes[index] != '\\') {
			index--;
		}
		return index;
	}

	private void add(JsonToken token, JsonParser parser) {
		switch (token) {
			case PROPERTY_NAME -> {
				this.name = parser.currentName();
			}
			case START_OBJECT -> begin(NODES.objectNode());
			case START_ARRAY -> begin(NODES.arrayNode());
			case END_OBJECT, END_ARRAY -> this.open.pop();
			case VALUE_STRING -> add(NODES.stringNode(parser.getString()));
			case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> add(number(parser));
			case VALUE_TRUE, VALUE_FALSE -> add(NODES.booleanNode(token == JsonToken.VALUE_TRUE));
			default -> add(NODES.nullNode());
		}
	}

	private static JsonNode number(JsonParser parser) {
		boolean fits = parser.currentToken() == JsonToken.VALUE_NUMBER_INT
				&& parser.getNumberType() == JsonParser.NumberType.INT;
		return fits ? NODES.numberNode(parser.getIntValue()) : NODES.stringNode(parser.getString());
	}

	private void begin(JsonNode container) {
		add(container);
		this.open.push(container);
	}

	private void add(JsonNode value) {
		JsonNode parent = this.open.peek();
		if (parent == null) {
			this.root = value;
		}
		else if (parent instanceof ArrayNode array) {
			array.add(value);
		}
		else if (parent instanceof ObjectNode object && this.name != null) {
			object.set(this.name, value);
		}
	}

}
