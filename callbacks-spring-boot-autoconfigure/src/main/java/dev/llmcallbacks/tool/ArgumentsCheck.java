package dev.llmcallbacks.tool;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import dev.llmcallbacks.message.ToolDefinition;

/**
 * Reads the arguments that a model wrote, and checks them against the tool's schema.
 */
final class ArgumentsCheck {

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private final Schema schema;

	private final boolean nullIsAbsent;

	/**
	 * Create a check.
	 * @param definition the tool's definition
	 * @param nullIsAbsent whether a property that is {@code null} counts as not there, as
	 * it does in Java
	 */
	ArgumentsCheck(ToolDefinition definition, boolean nullIsAbsent) {
		OptionalDependencies.requireValidator();
		try {
			this.schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
				.getSchema(MAPPER.readTree(definition.inputSchema()));
			this.schema.initializeValidators();
		}
		catch (RuntimeException ex) {
			throw new IllegalArgumentException(
					"The input schema of tool '%s' is no JSON Schema: %s".formatted(definition.name(), ex.getMessage()),
					ex);
		}
		this.nullIsAbsent = nullIsAbsent;
	}

	/**
	 * Read arguments. Throws an {@link InvalidToolCallException} that says all that is
	 * wrong with them.
	 * @param arguments the JSON text; blank for no arguments
	 * @return the arguments
	 */
	ObjectNode read(String arguments) {
		JsonNode parsed = parse(arguments.isBlank() ? "{}" : arguments);
		if (!(parsed instanceof ObjectNode object)) {
			throw new InvalidToolCallException("The arguments are not a JSON object");
		}
		if (this.nullIsAbsent) {
			removeNulls(object);
		}
		List<Error> errors = this.schema.validate(object, (context) -> context
			.executionConfig((config) -> config.locale(Locale.ENGLISH).formatAssertionsEnabled(true)));
		if (!errors.isEmpty()) {
			throw new InvalidToolCallException(errors.stream()
				.map((error) -> error.getInstanceLocation() + ": " + error.getMessage())
				.collect(Collectors.joining("; ", "The arguments do not match the schema: ", "")));
		}
		return object;
	}

	private static void removeNulls(JsonNode node) {
		if (node instanceof ObjectNode object) {
			object.properties().removeIf((property) -> property.getValue().isNull());
		}
		node.forEach(ArgumentsCheck::removeNulls);
	}

	private static JsonNode parse(String json) {
		try {
			return MAPPER.readTree(json);
		}
		catch (JacksonException ex) {
			throw new InvalidToolCallException("The arguments are not valid JSON: " + ex.getOriginalMessage(), ex);
		}
	}

}
