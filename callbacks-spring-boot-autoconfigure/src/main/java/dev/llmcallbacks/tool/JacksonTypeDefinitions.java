package dev.llmcallbacks.tool;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

import com.fasterxml.classmate.ResolvedType;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.CustomDefinitionProviderV2;
import com.github.victools.jsonschema.generator.SchemaGenerationContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Schemas of types that the generator does not describe as Jackson reads them: enum
 * constants have the name that Jackson gives them.
 */
final class JacksonTypeDefinitions implements CustomDefinitionProviderV2 {

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private static final Map<Class<?>, String> OPTIONAL_NUMBERS = Map.of(OptionalInt.class, "integer",
			OptionalLong.class, "integer", OptionalDouble.class, "number");

	static boolean isOptional(Class<?> type) {
		return type == Optional.class || OPTIONAL_NUMBERS.containsKey(type);
	}

	@Override
	public @Nullable CustomDefinition provideCustomSchemaDefinition(ResolvedType type,
			SchemaGenerationContext context) {
		ObjectNode schema = schemaOf(type.getErasedType());
		return (schema != null) ? new CustomDefinition(schema, CustomDefinition.DefinitionType.INLINE,
				CustomDefinition.AttributeInclusion.YES) : null;
	}

	private static @Nullable ObjectNode schemaOf(Class<?> type) {
		if (type.isEnum()) {
			ObjectNode schema = MAPPER.createObjectNode().put("type", "string");
			Stream.of(type.getEnumConstants())
				.map((constant) -> MAPPER.<JsonNode>valueToTree(constant))
				.forEach(schema.putArray("enum")::add);
			return schema;
		}
		if (type == byte[].class) {
			return MAPPER.createObjectNode().put("type", "string").put("contentEncoding", "base64");
		}
		String number = OPTIONAL_NUMBERS.get(type);
		return (number != null) ? MAPPER.createObjectNode().put("type", number) : null;
	}

}
