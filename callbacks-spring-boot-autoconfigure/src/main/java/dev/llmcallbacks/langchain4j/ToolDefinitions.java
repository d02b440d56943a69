package dev.llmcallbacks.langchain4j;

import java.util.Collection;
import java.util.List;

import dev.langchain4j.agent.tool.ToolSpecification;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import dev.llmcallbacks.message.ToolDefinition;

/**
 * Tool specifications of LangChain4j as tool definitions, and the other way round. Both
 * sides have the same JSON Schema.
 */
final class ToolDefinitions {

	private static final String NO_PARAMETERS = "{\"type\":\"object\",\"properties\":{}}";

	private static final String NAME = "name";

	private static final String DESCRIPTION = "description";

	private static final String PARAMETERS = "parameters";

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private ToolDefinitions() {
	}

	/**
	 * Convert specifications.
	 * @param specifications the specifications
	 * @return the definitions, in the same order
	 */
	static List<ToolDefinition> toDefinitions(Collection<ToolSpecification> specifications) {
		return specifications.stream().map(ToolDefinitions::toDefinition).toList();
	}

	/**
	 * Convert a specification.
	 * @param specification the specification
	 * @return the definition
	 */
	static ToolDefinition toDefinition(ToolSpecification specification) {
		String description = (specification.description() != null) ? specification.description() : "";
		return new ToolDefinition(specification.name(), description, schema(specification));
	}

	private static String schema(ToolSpecification specification) {
		JsonNode parameters = (specification.parameters() != null)
				? MAPPER.readTree(specification.toJson()).path(PARAMETERS) : MAPPER.missingNode();
		return parameters.isObject() ? parameters.toString() : NO_PARAMETERS;
	}

	/**
	 * Convert a definition.
	 * @param definition the definition
	 * @return the specification. Throws an {@link IllegalArgumentException} if the schema
	 * is one that LangChain4j has no type for: keywords beside those of an object at the
	 * top level
	 */
	static ToolSpecification fromDefinition(ToolDefinition definition) {
		ObjectNode json = MAPPER.createObjectNode();
		json.put(NAME, definition.name());
		json.put(DESCRIPTION, definition.description());
		JsonNode schema = MAPPER.readTree(definition.inputSchema());
		if (schema instanceof ObjectNode object) {
			object.remove(List.of("$schema", "$id", "title"));
		}
		json.set(PARAMETERS, schema);
		return ToolSpecification.fromJson(json.toString());
	}

}
