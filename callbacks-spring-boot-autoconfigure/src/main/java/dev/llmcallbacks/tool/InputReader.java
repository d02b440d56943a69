package dev.llmcallbacks.tool;

import java.lang.reflect.Type;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.run.PrintableText;

/**
 * Reads JSON into values of the application's types.
 *
 * @param <T> the type of value
 */
final class InputReader<T> {

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private static final int MAX_MESSAGE_LENGTH = 500;

	private final JavaType type;

	private InputReader(JavaType type) {
		this.type = type;
	}

	/**
	 * Return a reader of values of a type.
	 * @param <T> the type of value
	 * @param type the type. Throws an {@link IllegalArgumentException} if no JSON can be
	 * read into it
	 * @return the reader
	 */
	static <T> InputReader<T> of(Type type) {
		JavaType javaType = MAPPER.constructType(type);
		try {
			// Fails in any case but for collections. An array makes Jackson look for a
			// way to read the type, without calling a constructor of it
			MAPPER.readerFor(javaType).readValue("[]");
		}
		catch (InvalidDefinitionException ex) {
			throw new IllegalArgumentException("no JSON can be read into the type '%s'".formatted(type.getTypeName()),
					ex);
		}
		catch (JacksonException ex) {
			return new InputReader<>(javaType);
		}
		return new InputReader<>(javaType);
	}

	static InputReader<Map<String, Object>> ofMap() {
		return new InputReader<>(MAPPER.constructType(new TypeReference<Map<String, Object>>() {
		}));
	}

	/**
	 * Describe a tool whose arguments are read into one type.
	 * @param name the tool's name
	 * @param description what the tool does
	 * @param inputType the type
	 * @return the definition
	 */
	static ToolDefinition definition(String name, String description, Class<?> inputType) {
		OptionalDependencies.requireGenerator();
		ObjectNode schema = Schemas.of(inputType);
		if (!"object".equals(schema.path("type").asString(""))) {
			throw new IllegalArgumentException(
					"The input type '%s' of tool '%s' is not a JSON object: use a record or a class with fields"
						.formatted(inputType.getName(), name));
		}
		return new ToolDefinition(name, description, schema.toString());
	}

	/**
	 * Return the value of an argument that is absent.
	 * @return an empty optional, {@code null} for any other type
	 */
	@Nullable Object absent() {
		return MAPPER.readerFor(this.type).readValue(MAPPER.nullNode());
	}

	/**
	 * Read a value. Throws an {@link InvalidToolCallException} if the JSON does not fit.
	 * @param json the JSON
	 * @return the value
	 */
	T read(JsonNode json) {
		try {
			return MAPPER.readerFor(this.type).readValue(json);
		}
		catch (JacksonException ex) {
			throw new InvalidToolCallException("The arguments cannot be read as a " + this.type.toCanonical(),
					"The arguments cannot be read: " + PrintableText.of(ex.getOriginalMessage(), MAX_MESSAGE_LENGTH));
		}
	}

}
