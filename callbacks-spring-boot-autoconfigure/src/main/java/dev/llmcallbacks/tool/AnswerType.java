package dev.llmcallbacks.tool;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import dev.llmcallbacks.message.ResponseFormat;

/**
 * Internal to the library: type of a model's answer, with its JSON Schema. A type that is
 * not a JSON object is wrapped in one with the property {@code value}. An answer is
 * checked as arguments of tools are. Thread-safe.
 *
 * @param <T> the type
 */
public final class AnswerType<T> {

	private static final int MAX_DEPTH = 100;

	private static final int MAX_NAME_LENGTH = 64;

	private static final String WRAPPED = "value";

	private static final JsonMapper MAPPER = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
			.build())
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.build();

	private final JavaType type;

	private final boolean wrapped;

	private final ToolSchema schema;

	private final ResponseFormat format;

	private AnswerType(Type declared, ObjectNode schema) {
		JavaType type = MAPPER.constructType(declared);
		this.type = type;
		this.wrapped = !"object".equals(schema.path("type").asString("")) || !schema.has("properties");
		ObjectNode root = this.wrapped ? wrap(declared) : schema;
		this.schema = new ToolSchema("schema of the type '" + type.toCanonical() + "'", root.toString(), true);
		this.format = ResponseFormat.jsonSchema(nameOf(type),
				MAPPER.convertValue(root, new TypeReference<Map<String, Object>>() {
				}));
	}

	/**
	 * Return the type of an answer.
	 * @param <T> the type
	 * @param type a record, a class with fields, a collection, an enum or a simple type.
	 * Throws an {@link IllegalArgumentException} if no JSON can be read into it
	 * @return the type
	 */
	public static <T> AnswerType<T> of(Type type) {
		OptionalDependencies.requireGenerator();
		InputReader.of(type);
		return new AnswerType<>(type, Schemas.of(type));
	}

	private static ObjectNode wrap(Type type) {
		return Schemas.of(Map.of(WRAPPED, new Schemas.Property(type, "", true)));
	}

	private static String nameOf(JavaType type) {
		String name = type.getRawClass().getSimpleName().replaceAll("[^a-zA-Z0-9_-]", "");
		return name.isEmpty() ? "answer" : name.substring(0, Math.min(name.length(), MAX_NAME_LENGTH));
	}

	/**
	 * Return the format in which a model has to answer.
	 * @return the format, with a schema
	 */
	public ResponseFormat format() {
		return this.format;
	}

	/**
	 * Read an answer. Throws an {@link UnfitAnswerException} if it does not fit.
	 * @param text the text of the answer; a fence of Markdown around it is passed over
	 * @return the value
	 */
	public T read(String text) {
		JsonNode root = parse(withoutFence(text));
		if (!(root instanceof ObjectNode object)) {
			throw new UnfitAnswerException("", "is not a JSON object");
		}
		removeNulls(object);
		requireValid(object);
		JsonNode value = this.wrapped ? object.path(WRAPPED) : object;
		try {
			return MAPPER.readerFor(this.type).readValue(value);
		}
		catch (JacksonException ex) {
			throw new UnfitAnswerException(pointer(ex), "cannot be read as a " + this.type.toCanonical());
		}
	}

	private static JsonNode parse(String json) {
		try {
			return MAPPER.readTree(json);
		}
		catch (JacksonException ex) {
			TokenStreamLocation at = ex.getLocation();
			String place = (at != null)
					? String.format(Locale.ROOT, "line %d, column %d", at.getLineNr(), at.getColumnNr()) : "";
			throw new UnfitAnswerException(place, "is not valid JSON");
		}
	}

	private static String withoutFence(String text) {
		String stripped = text.strip();
		int line = stripped.indexOf('\n');
		return (stripped.startsWith("```") && stripped.endsWith("```") && line > 0 && line < stripped.length() - 3)
				? stripped.substring(line + 1, stripped.length() - 3) : stripped;
	}

	// A property that is null is absent, as it is in Java
	private static void removeNulls(JsonNode node) {
		if (node instanceof ObjectNode object) {
			object.properties().removeIf((property) -> property.getValue().isNull());
		}
		node.forEach(AnswerType::removeNulls);
	}

	private void requireValid(ObjectNode answer) {
		try {
			List<Error> errors = this.schema.validate(answer);
			if (!errors.isEmpty()) {
				Error first = errors.get(0);
				throw new UnfitAnswerException(first.getInstanceLocation().toString(),
						"does not match the schema ('" + first.getKeyword() + "')");
			}
		}
		catch (StackOverflowError | SchemaException ex) {
			throw new UnfitAnswerException("", "is too complex to be checked");
		}
	}

	private String pointer(JacksonException ex) {
		StringBuilder pointer = new StringBuilder(this.wrapped ? "/" + WRAPPED : "");
		ex.getPath()
			.forEach((step) -> pointer.append('/')
				.append((step.getPropertyName() != null) ? step.getPropertyName() : String.valueOf(step.getIndex())));
		return pointer.toString();
	}

}
