package dev.llmcallbacks.message;

import java.util.Objects;

/**
 * Description of a tool that a model receives.
 *
 * @param name the tool's name
 * @param description what the tool does, for the model
 * @param inputSchema the JSON Schema of the arguments, as JSON text
 */
public record ToolDefinition(String name, String description, String inputSchema) {

	public ToolDefinition {
		Objects.requireNonNull(name, "'name' must not be null");
		Objects.requireNonNull(description, "'description' must not be null");
		Objects.requireNonNull(inputSchema, "'inputSchema' must not be null");
	}

}
