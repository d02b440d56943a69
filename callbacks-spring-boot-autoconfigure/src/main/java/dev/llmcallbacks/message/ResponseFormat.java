package dev.llmcallbacks.message;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Format in which a model has to answer: JSON, or JSON of a schema. Each protocol has a
 * field of its own for it. A schema is cut to what the provider accepts; where that is
 * impossible, the call fails with an
 * {@link dev.llmcallbacks.model.UnsupportedSchemaException} before anything is sent.
 *
 * @param name the name of the schema: letters, digits, {@code _} and {@code -}, 64 at
 * most; {@code null} without a schema
 * @param schema the JSON Schema of an object, as maps, lists, texts, numbers and
 * booleans; {@code null} for any JSON object
 */
public record ResponseFormat(@Nullable String name, @Nullable Map<String, Object> schema) {

	private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

	private static final ResponseFormat JSON = new ResponseFormat(null, null);

	public ResponseFormat {
		if ((name != null) != (schema != null)) {
			throw new IllegalArgumentException("A response format has a name if and only if it has a schema");
		}
		if (name != null && !NAME.matcher(name).matches()) {
			throw new IllegalArgumentException(
					"The name of a response format has letters, digits, '_' and '-', 64 at most");
		}
		schema = (schema != null) ? Collections.unmodifiableMap(new LinkedHashMap<>(schema)) : null;
	}

	/**
	 * The model answers with any JSON object. OpenAI requires that a message mentions
	 * JSON, and Anthropic has no such format.
	 * @return the format
	 */
	public static ResponseFormat json() {
		return JSON;
	}

	/**
	 * The model answers with JSON that matches a schema.
	 * @param name the name of the schema: letters, digits, {@code _} and {@code -}
	 * @param schema the JSON Schema of an object
	 * @return the format
	 */
	public static ResponseFormat jsonSchema(String name, Map<String, Object> schema) {
		return new ResponseFormat(Objects.requireNonNull(name, "'name' must not be null"),
				Objects.requireNonNull(schema, "'schema' must not be null"));
	}

}
