package dev.llmcallbacks.provider;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

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
	 * Write the body.
	 * @param options the options, whose extra fields replace those that were put
	 * @return the JSON text in UTF-8
	 */
	public byte[] toBytes(ChatOptions options) {
		this.fields.putAll(options.extraBody());
		return MAPPER.writeValueAsBytes(this.fields);
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
