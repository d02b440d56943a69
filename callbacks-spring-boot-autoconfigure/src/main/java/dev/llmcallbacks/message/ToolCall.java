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
 * @param details what the provider sent with the call in addition and needs to see again,
 * under the provider's names, as JSON values; usually empty. It goes back with the
 * {@link AiMessage} that holds the call, and only to the kind of endpoint that it came
 * from
 */
public record ToolCall(String id, String name, String arguments, Map<String, Object> parsedArguments,
		Map<String, Object> details) {

	public ToolCall {
		Objects.requireNonNull(id, "'id' must not be null");
		Objects.requireNonNull(name, "'name' must not be null");
		Objects.requireNonNull(arguments, "'arguments' must not be null");
		parsedArguments = Collections.unmodifiableMap(new LinkedHashMap<>(parsedArguments));
		details = Details.copyOf(details);
	}

	/**
	 * Create a call without further details.
	 * @param id the provider's id of the call
	 * @param name the tool's name
	 * @param arguments the arguments as JSON text
	 * @param parsedArguments the arguments as a map of JSON values
	 */
	public ToolCall(String id, String name, String arguments, Map<String, Object> parsedArguments) {
		this(id, name, arguments, parsedArguments, Map.of());
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
