package dev.llmcallbacks.tool;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;

import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaBuilder;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.module.jackson.JacksonOption;
import com.github.victools.jsonschema.module.jackson.JacksonSchemaModule;
import org.springframework.core.Nullness;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Generates JSON Schemas of Java types: of what Jackson reads, in the order of
 * declaration.
 */
final class Schemas {

	private static final String REFERENCE = "$ref";

	private static final SchemaGenerator GENERATOR = createGenerator();

	private Schemas() {
	}

	private static SchemaGenerator createGenerator() {
		SchemaGeneratorConfigBuilder builder = new SchemaGeneratorConfigBuilder(JsonMapper.shared(),
				SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
			.with(new JacksonSchemaModule(JacksonOption.RESPECT_JSONPROPERTY_ORDER))
			.with(Option.FORBIDDEN_ADDITIONAL_PROPERTIES_BY_DEFAULT, Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES,
					Option.STANDARD_FORMATS, Option.PLAIN_DEFINITION_KEYS)
			.without(Option.SCHEMA_VERSION_INDICATOR);
		builder.forTypesInGeneral()
			.withCustomDefinitionProvider(new JacksonTypeDefinitions())
			.withPropertySorter((unusedFirst, unusedSecond) -> 0);
		builder.forFields().withRequiredCheck(Schemas::isRequired);
		return new SchemaGenerator(builder.build());
	}

	private static boolean isRequired(FieldScope field) {
		return Nullness.forField(field.getRawMember()) != Nullness.NULLABLE
				&& !JacksonTypeDefinitions.isOptional(field.getRawMember().getType());
	}

	/**
	 * Generate the schema of a type.
	 * @param type the type
	 * @return the schema
	 */
	static ObjectNode of(Type type) {
		return GENERATOR.generateSchema(type);
	}

	/**
	 * Generate the schema of an object.
	 * @param properties the object's properties, by name
	 * @return the schema
	 */
	static ObjectNode of(Map<String, Property> properties) {
		SchemaBuilder shared = GENERATOR.buildMultipleSchemaDefinitions();
		ObjectNode schemas = JsonMapper.shared().createObjectNode();
		properties.forEach((name, property) -> schemas.set(name, schemaOf(property.type(), shared)));
		ObjectNode definitions = shared.collectDefinitions("$defs");
		properties.forEach((name, property) -> property.describe((ObjectNode) schemas.get(name)));
		ObjectNode result = JsonMapper.shared().createObjectNode();
		result.put("type", "object").set("properties", schemas);
		List<String> required = properties.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().required())
			.map(Map.Entry::getKey)
			.toList();
		if (!required.isEmpty()) {
			required.forEach(result.putArray("required")::add);
		}
		result.put("additionalProperties", false);
		if (!definitions.isEmpty()) {
			result.set("$defs", definitions);
		}
		return result;
	}

	// Inline where that can be: not every server that speaks a provider's protocol
	// follows references
	private static ObjectNode schemaOf(Type type, SchemaBuilder shared) {
		ObjectNode inline = of(type);
		return inline.findValues(REFERENCE).isEmpty() ? inline : shared.createSchemaReference(type);
	}

	/**
	 * A property of an object.
	 *
	 * @param type its type
	 * @param description its description, possibly empty
	 * @param required whether it must be there
	 */
	record Property(Type type, String description, boolean required) {

		private void describe(ObjectNode schema) {
			if (!this.description.isEmpty()) {
				schema.put("description", this.description);
			}
		}

	}

}
