package dev.llmcallbacks.tool;

import java.util.List;

import org.springframework.util.ClassUtils;

/**
 * Checks for the libraries that an application adds when it uses tools.
 */
final class OptionalDependencies {

	private static final String GENERATOR = "com.github.victools.jsonschema.generator.SchemaGenerator";

	private static final String GENERATOR_MODULE = "com.github.victools.jsonschema.module.jackson.JacksonSchemaModule";

	private static final String VALIDATOR = "com.networknt.schema.SchemaRegistry";

	static final List<String> NAMES = List.of(GENERATOR, GENERATOR_MODULE, VALIDATOR);

	private OptionalDependencies() {
	}

	static void requireGenerator() {
		require(GENERATOR, "com.github.victools:jsonschema-generator:5.0.0");
		require(GENERATOR_MODULE, "com.github.victools:jsonschema-module-jackson:5.0.0");
	}

	static void requireValidator() {
		require(VALIDATOR, "com.networknt:json-schema-validator:3.0.6");
	}

	private static void require(String className, String dependency) {
		if (!ClassUtils.isPresent(className, null)) {
			throw new IllegalStateException(
					"Tools need the dependency '%s' (or a later version): add it to the build".formatted(dependency));
		}
	}

}
