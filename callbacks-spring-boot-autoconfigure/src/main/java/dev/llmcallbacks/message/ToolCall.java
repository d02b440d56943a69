package dev.llmcallbacks.message;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Call of a tool that a model asks for.
 *
 * @param id the provider's id of the call, repeated in the {@link ToolMessage}
 * @param name the tool's name
 * @param arguments the arguments as the model wrote them: JSON text, not necessarily
 * valid
 * @param parsedArguments the arguments as a map of JSON values; empty if the text is not
 * a JSON object. Values may be {@code null}
 */
public record ToolCall(String id, String name, String arguments, Map<String, Object> parsedArguments) {

	public ToolCall {
		Objects.requireNonNull(id, "'id' must not be null");
		Objects.requireNonNull(name, "'name' must not be null");
		Objects.requireNonNull(arguments, "'arguments' must not be null");
		parsedArguments = Collections.unmodifiableMap(new LinkedHashMap<>(parsedArguments));
	}

	/**
	 * Create a call whose arguments have not been parsed.
	 * @param id the provider's id of the call
	 * @param name the tool's name
	 * @param arguments the arguments as JSON text
	 */
	public ToolCall(String id, String name, String arguments) {
		this(id, name, arguments, Map.of());
	}

}
