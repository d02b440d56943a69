package dev.llmcallbacks.provider;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import dev.llmcallbacks.message.ResponseFormat;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.model.UnsupportedSchemaException;

/**
 * Internal to the library: what a provider accepts of JSON Schema where it guarantees
 * that a model adheres to it. Checks of values that a provider does not know are left
 * out: the answer is checked against the whole schema when it is read. What would change
 * its structure cannot be left out.
 *
 * @param provider the name of the provider
 * @param keywords the keywords that it accepts
 * @param requiresAll whether all properties have to be required, so that optional ones
 * become nullable
 * @param recursive whether a schema may refer to itself
 */
public record SchemaRules(String provider, Set<String> keywords, boolean requiresAll, boolean recursive) {

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private static final Set<String> STRUCTURE = Set.of("type", "properties", "required", "additionalProperties",
			"items", "enum", "const", "anyOf", "$ref", "$defs", "definitions", "description", "title", "format");

	private static final Set<String> FORMATS = Set.of("date-time", "time", "date", "duration", "email", "hostname",
			"ipv4", "ipv6", "uuid");

	/** What cannot be expressed otherwise. */
	private static final Set<String> IMPOSSIBLE = Set.of("patternProperties", "if", "not", "dependentSchemas",
			"prefixItems", "$dynamicRef");

	/**
	 * Rules of OpenAI's strict mode.
	 * @see <a href= "https://platform.openai.com/docs/guides/structured-outputs">OpenAI:
	 * structured outputs</a>
	 */
	public static final SchemaRules OPENAI = new SchemaRules("openai", with("pattern", "multipleOf", "minimum",
			"maximum", "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems"), true, true);

	/**
	 * Rules of Anthropic's structured outputs.
	 * @see <a href=
	 * "https://platform.claude.com/docs/en/build-with-claude/structured-outputs">Anthropic:
	 * structured outputs</a>
	 */
	public static final SchemaRules ANTHROPIC = new SchemaRules("anthropic", with("default"), false, false);

	private static Set<String> with(String... further) {
		Set<String> keywords = new HashSet<>(STRUCTURE);
		keywords.addAll(Set.of(further));
		return Set.copyOf(keywords);
	}

	/**
	 * Cut the schema of a response format.
	 * @param format the format, which has a schema
	 * @return the schema as it is sent
	 * @throws UnsupportedSchemaException if that is impossible
	 */
	public JsonNode schema(ResponseFormat format) {
		JsonNode schema = MAPPER.valueToTree(format.schema());
		return cut((ObjectNode) schema, "the response format '" + format.name() + "'");
	}

	/**
	 * Describe a tool to a model.
	 * @param tool the tool
	 * @param schemaField the name of the field for the schema of the arguments
	 * @param strict whether the arguments must match the schema, which is then cut to
	 * these rules; {@code null} to leave it to the provider
	 * @return the fields of the description, which can be modified
	 * @throws UnsupportedSchemaException if the schema of a strict tool cannot be cut
	 */
	public Map<String, Object> describe(ToolDefinition tool, String schemaField, @Nullable Boolean strict) {
		ObjectNode schema = RequestBody.schema(tool);
		Map<String, Object> fields = new LinkedHashMap<>();
		fields.put("name", tool.name());
		fields.put("description", tool.description());
		fields.put(schemaField,
				Boolean.TRUE.equals(strict) ? cut(schema, "the strict tool '" + tool.name() + "'") : schema);
		if (strict != null) {
			fields.put("strict", strict);
		}
		return fields;
	}

	private JsonNode cut(ObjectNode schema, String what) {
		ObjectNode root = schema.deepCopy();
		if (!isObject(root)) {
			throw new UnsupportedSchemaException(this.provider, what, "",
					"there must be an object; wrap the value in one");
		}
		if (!this.recursive) {
			requireNoRecursion(root, root, "", Set.of(), what);
		}
		cut(root, "", what);
		return root;
	}

	private void requireNoRecursion(JsonNode node, ObjectNode root, String place, Set<String> above, String what) {
		String reference = node.path("$ref").asString("");
		if (reference.startsWith("#")) {
			Set<String> references = new HashSet<>(above);
			if (reference.equals("#") || !references.add(reference)) {
				throw new UnsupportedSchemaException(this.provider, what, place,
						"it refers to itself, which the provider does not accept; limit the depth with types of their own");
			}
			requireNoRecursion(root.at(reference.substring(1)), root, place, references, what);
		}
		for (Map.Entry<String, JsonNode> field : node.properties()) {
			boolean definitions = place.isEmpty() && isDefinitions(field.getKey());
			if (!definitions) {
				requireNoRecursion(field.getValue(), root, place + "/" + escape(field.getKey()), above, what);
			}
		}
		for (int i = 0; node.isArray() && i < node.size(); i++) {
			requireNoRecursion(node.get(i), root, place + "/" + i, above, what);
		}
	}

	private static boolean isDefinitions(String name) {
		return name.equals("$defs") || name.equals("definitions");
	}

	private void cut(ObjectNode schema, String place, String what) {
		for (String keyword : IMPOSSIBLE) {
			if (schema.has(keyword)) {
				throw new UnsupportedSchemaException(this.provider, what, place,
						"'%s' is not accepted; describe the value in another way".formatted(keyword));
			}
		}
		inlineAlternatives(schema, place, what);
		checkReference(schema, place, what);
		schema.properties().removeIf((field) -> !this.keywords.contains(field.getKey()));
		if (schema.has("format") && !FORMATS.contains(schema.path("format").asString(""))) {
			schema.remove("format");
		}
		if (isObject(schema)) {
			cutObject(schema, place, what);
		}
		if (schema.path("items") instanceof ObjectNode items) {
			cut(items, place + "/items", what);
		}
		for (int i = 0; i < schema.path("anyOf").size(); i++) {
			if (schema.path("anyOf").get(i) instanceof ObjectNode alternative) {
				cut(alternative, place + "/anyOf/" + i, what);
			}
		}
		cutAll(schema, "$defs", place, what);
		cutAll(schema, "definitions", place, what);
	}

	// oneOf is anyOf whose alternatives exclude each other; allOf of one is that one
	private void inlineAlternatives(ObjectNode schema, String place, String what) {
		JsonNode all = schema.remove("allOf");
		if (all != null && all.size() == 1 && all.get(0) instanceof ObjectNode only) {
			only.properties().forEach((field) -> schema.set(field.getKey(), field.getValue()));
		}
		else if (all != null && !all.isEmpty()) {
			throw new UnsupportedSchemaException(this.provider, what, place,
					"'allOf' is not accepted; describe the value with one schema");
		}
		JsonNode one = schema.remove("oneOf");
		if (one != null) {
			schema.set("anyOf", one);
		}
	}

	private void checkReference(ObjectNode schema, String place, String what) {
		String reference = schema.path("$ref").asString("");
		if (reference.isEmpty()) {
			return;
		}
		if (!reference.startsWith("#")) {
			throw new UnsupportedSchemaException(this.provider, what, place,
					"it refers to another document; include the definition in the schema");
		}
		// what stands beside a reference is refused
		schema.properties().removeIf((field) -> !field.getKey().equals("$ref") && !isDefinitions(field.getKey()));
	}

	private void cutObject(ObjectNode schema, String place, String what) {
		JsonNode additional = schema.path("additionalProperties");
		boolean map = additional.isObject()
				|| (!schema.has("properties") && (!additional.isBoolean() || additional.booleanValue()));
		if (map) {
			throw new UnsupportedSchemaException(this.provider, what, place,
					"there is a map with any keys, which the provider does not accept; "
							+ "use a list of objects with a key and a value");
		}
		schema.put("additionalProperties", false);
		cutAll(schema, "properties", place, what);
		if (this.requiresAll) {
			requireAll(schema);
		}
	}

	private void cutAll(ObjectNode schema, String field, String place, String what) {
		for (Map.Entry<String, JsonNode> each : schema.path(field).properties()) {
			if (each.getValue() instanceof ObjectNode child) {
				cut(child, place + "/" + field + "/" + escape(each.getKey()), what);
			}
		}
	}

	private static void requireAll(ObjectNode schema) {
		Set<String> required = new HashSet<>();
		schema.path("required").forEach((name) -> required.add(name.asString("")));
		ArrayNode all = schema.putArray("required");
		if (schema.path("properties") instanceof ObjectNode properties) {
			for (Map.Entry<String, JsonNode> property : properties.properties()) {
				all.add(property.getKey());
				if (!required.contains(property.getKey()) && property.getValue() instanceof ObjectNode value) {
					property.setValue(nullable(value));
				}
			}
		}
	}

	private static ObjectNode nullable(ObjectNode schema) {
		JsonNode type = schema.path("type");
		if (type.isMissingNode() || schema.has("const")) {
			ObjectNode either = MAPPER.createObjectNode();
			ArrayNode alternatives = either.putArray("anyOf");
			if (schema.path("anyOf") instanceof ArrayNode known && schema.size() == 1) {
				known.forEach(alternatives::add);
			}
			else {
				alternatives.add(schema);
			}
			alternatives.addObject().put("type", "null");
			return either;
		}
		ArrayNode types = MAPPER.createArrayNode();
		boolean isNullable = false;
		for (JsonNode each : type.isArray() ? type : MAPPER.createArrayNode().add(type)) {
			types.add(each);
			isNullable |= each.asString("").equals("null");
		}
		if (!isNullable) {
			schema.set("type", types.add("null"));
			if (schema.path("enum") instanceof ArrayNode constants) {
				constants.addNull();
			}
		}
		return schema;
	}

	private static boolean isObject(ObjectNode schema) {
		JsonNode type = schema.path("type");
		if (type.isArray()) {
			for (JsonNode each : type) {
				if (each.asString("").equals("object")) {
					return true;
				}
			}
		}
		return type.asString("").equals("object") || schema.has("properties");
	}

	private static String escape(String name) {
		return name.replace("~", "~0").replace("/", "~1");
	}

}
