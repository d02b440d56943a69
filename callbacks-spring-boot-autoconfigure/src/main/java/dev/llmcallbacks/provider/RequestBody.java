package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ToolDefinition;

/**
 * Internal to the library: the fields of a request's JSON object, in the order in which
 * they are put.
 */
public final class RequestBody {

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private final Map<String, Object> fields = new LinkedHashMap<>();

	/**
	 * Put a field.
	 * @param name the field's name
	 * @param value the field's value, or {@code null} to leave the field out
	 */
	public void put(String name, @Nullable Object value) {
		if (value != null) {
			this.fields.put(name, value);
		}
	}

	/**
	 * Put the tools and the choice among them, if there are any.
	 * @param tools the tools
	 * @param writer returns the value of a tool
	 * @param choice the value of the choice, or {@code null} to leave it out
	 */
	public void putTools(List<ToolDefinition> tools, Function<ToolDefinition, ?> writer, @Nullable Object choice) {
		if (!tools.isEmpty()) {
			put("tools", tools.stream().map(writer).toList());
			put("tool_choice", choice);
		}
	}

	/**
	 * Put texts.
	 * @param name the field's name
	 * @param texts the texts, none of which to leave the field out
	 */
	public void putTexts(String name, List<String> texts) {
		put(name, texts.isEmpty() ? null : texts);
	}

	/**
	 * Write the body.
	 * @param options the options, whose extra fields replace those that were put; objects
	 * are merged field by field
	 * @return the JSON text in UTF-8
	 */
	public byte[] toBytes(ChatOptions options) {
		return MAPPER.writeValueAsBytes(merge(this.fields, options.extraBody()));
	}

	private static Map<String, Object> merge(Map<?, ?> fields, Map<?, ?> extra) {
		Map<String, Object> merged = new LinkedHashMap<>();
		fields.forEach((name, value) -> merged.put(String.valueOf(name), value));
		extra.forEach((name, value) -> {
			boolean objects = merged.get(name) instanceof Map<?, ?> && value instanceof Map<?, ?>;
			merged.put(String.valueOf(name), objects ? merge(objectOf(merged.get(name)), objectOf(value)) : value);
		});
		return merged;
	}

	private static Map<?, ?> objectOf(@Nullable Object value) {
		return (value instanceof Map<?, ?> object) ? object : Map.of();
	}

	/**
	 * Put an object, if it has any fields.
	 * @param name the field's name
	 * @param namesAndValues the names of the object's fields and their values, of which
	 * those that are {@code null} are left out
	 */
	public void putObject(String name, @Nullable Object... namesAndValues) {
		Map<String, Object> object = new LinkedHashMap<>();
		for (int i = 0; i < namesAndValues.length; i += 2) {
			Object value = namesAndValues[i + 1];
			if (value != null) {
				object.put(String.valueOf(namesAndValues[i]), value);
			}
		}
		put(name, object.isEmpty() ? null : object);
	}

	/**
	 * Return JSON text that is written into a body as it is.
	 * @param json the text of a value
	 * @return the value, fit to be put into a body
	 */
	public static Object raw(String json) {
		return new RawValue(json);
	}

	/**
	 * Read the fields of an object, whose values are written into a body as they are.
	 * @param json the JSON text of an object
	 * @return the values by name, in their order, fit to be put into a body
	 */
	public static Map<String, Object> rawFields(String json) {
		Map<String, Object> fields = new LinkedHashMap<>();
		JsonCursor cursor = new JsonCursor();
		byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
		cursor.open(bytes, 0, bytes.length);
		for (String name = cursor.nextField(); name != null; name = cursor.nextField()) {
			fields.put(name, raw(cursor.raw()));
		}
		cursor.close();
		cursor.release();
		return fields;
	}

	/**
	 * Write a value as JSON.
	 * @param value maps, lists, texts, numbers or booleans
	 * @return the JSON text
	 */
	public static String json(@Nullable Object value) {
		return MAPPER.writeValueAsString(value);
	}

	/**
	 * Whether a text is the JSON text of an object.
	 * @param json any text
	 * @return whether it is one, and valid
	 */
	public static boolean isObject(String json) {
		try {
			return MAPPER.readTree(json).isObject();
		}
		catch (JacksonException ex) {
			return false;
		}
	}

	/**
	 * Read the schema of a tool's arguments.
	 * @param tool the tool
	 * @return the schema, fit to be put into a body
	 * @throws IllegalArgumentException if the schema is not a JSON object
	 */
	static ObjectNode schema(ToolDefinition tool) {
		try {
			JsonNode schema = MAPPER.readTree(tool.inputSchema());
			if (schema instanceof ObjectNode object) {
				return object;
			}
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("The input schema of tool '" + tool.name() + "' is not valid JSON", ex);
		}
		throw new IllegalArgumentException("The input schema of tool '" + tool.name() + "' is not a JSON object");
	}

}
