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
	 * @param options the options, whose extra fields replace those that were put
	 * @return the JSON text in UTF-8
	 */
	public byte[] toBytes(ChatOptions options) {
		this.fields.putAll(options.extraBody());
		return MAPPER.writeValueAsBytes(this.fields);
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
	public static Object schema(ToolDefinition tool) {
		try {
			JsonNode schema = MAPPER.readTree(tool.inputSchema());
			if (schema.isObject()) {
				return schema;
			}
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("The input schema of tool '" + tool.name() + "' is not valid JSON", ex);
		}
		throw new IllegalArgumentException("The input schema of tool '" + tool.name() + "' is not a JSON object");
	}

}
