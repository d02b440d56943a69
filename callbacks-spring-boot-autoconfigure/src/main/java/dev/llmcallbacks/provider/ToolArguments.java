package dev.llmcallbacks.provider;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The arguments of a tool call, read from the JSON text that a model wrote.
 */
public final class ToolArguments {

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private static final TypeReference<@Nullable Map<String, Object>> OBJECT = new TypeReference<>() {
	};

	private ToolArguments() {
	}

	/**
	 * Parse arguments.
	 * @param json the JSON text, possibly empty or cut short
	 * @return the arguments by name, in their order; values may be {@code null}. Empty if
	 * the text is no JSON object
	 */
	public static Map<String, Object> parse(String json) {
		try {
			Map<String, Object> arguments = json.isBlank() ? null : MAPPER.readValue(json, OBJECT);
			return (arguments != null) ? arguments : Map.of();
		}
		catch (JacksonException ex) {
			return Map.of();
		}
	}

}
