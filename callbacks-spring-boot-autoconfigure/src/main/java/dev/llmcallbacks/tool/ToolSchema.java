package dev.llmcallbacks.tool;

import java.util.List;
import java.util.Locale;
import java.util.Set;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import dev.llmcallbacks.run.PrintableText;

/**
 * JSON Schema of a tool's arguments, or of an answer. It refers to nothing outside of
 * itself: no resource is loaded. Thread-safe.
 */
final class ToolSchema {

	/** Keywords whose check may take long, or may nest without end. */
	private static final Set<String> COSTLY = Set.of("pattern", "patternProperties", "$ref", "$dynamicRef");

	private static final int MAX_MESSAGE_LENGTH = 500;

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private final Schema schema;

	private final boolean generated;

	private final boolean costly;

	/**
	 * Compile a schema.
	 * @param what what the schema describes, for the message of an exception
	 * @param json the schema
	 * @param generated whether the library made the schema of a Java type: the formats of
	 * these are checked, others are annotations
	 */
	ToolSchema(String what, String json, boolean generated) {
		OptionalDependencies.requireValidator();
		this.generated = generated;
		try {
			JsonNode tree = MAPPER.readTree(json);
			this.costly = !generated && COSTLY.stream().anyMatch((keyword) -> !tree.findValues(keyword).isEmpty());
			this.schema = registry().getSchema(tree);
			this.schema.initializeValidators();
			validate(MAPPER.createObjectNode());
		}
		catch (StackOverflowError ex) {
			throw invalid(what, "it refers to itself without end");
		}
		catch (RuntimeException ex) {
			throw invalid(what, PrintableText.of(String.valueOf(ex.getMessage()), MAX_MESSAGE_LENGTH));
		}
	}

	private static IllegalArgumentException invalid(String what, String reason) {
		return new IllegalArgumentException(
				"The %s is not a valid JSON Schema: %s".formatted(PrintableText.of(what, MAX_MESSAGE_LENGTH), reason));
	}

	private static SchemaRegistry registry() {
		SchemaRegistryConfig config = SchemaRegistryConfig.builder()
			.regularExpressionFactory(BoundedRegularExpression::new)
			.build();
		return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12,
				(builder) -> builder.schemaRegistryConfig(config)
					.schemaLoader((loader) -> loader.block((location) -> true)));
	}

	/**
	 * Whether a check may take long, so that it has to run on a thread that may block.
	 * @return whether the schema is one of others with patterns or references
	 */
	boolean isCostly() {
		return this.costly;
	}

	/**
	 * Check arguments. May throw a {@link StackOverflowError}, or a
	 * {@link com.networknt.schema.SchemaException} when a pattern takes too long.
	 * @param arguments the arguments
	 * @return the errors
	 */
	List<Error> validate(ObjectNode arguments) {
		return this.schema.validate(arguments, (context) -> context
			.executionConfig((config) -> config.locale(Locale.ENGLISH).formatAssertionsEnabled(this.generated)));
	}

}
