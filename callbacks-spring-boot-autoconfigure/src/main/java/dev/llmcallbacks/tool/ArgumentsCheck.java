package dev.llmcallbacks.tool;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import dev.llmcallbacks.run.PrintableText;

/**
 * Reads the arguments that a model wrote, and checks them against the tool's schema.
 * Memory and time are bounded, whatever the model writes. Thread-safe.
 */
final class ArgumentsCheck {

	private static final int MAX_DEPTH = 100;

	private static final int MAX_ERRORS = 10;

	private static final int MAX_ERROR_LENGTH = 500;

	private static final int MAX_ANSWER_LENGTH = 2_000;

	private static final int BYTES_PER_CHARACTER = 3;

	private static final JsonMapper MAPPER = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
			.build())
		.build();

	private final ToolSchema schema;

	private final boolean nullIsAbsent;

	/**
	 * Create a check.
	 * @param schema the schema
	 * @param nullIsAbsent whether a property that is {@code null} is absent, as it is in
	 * Java
	 */
	ArgumentsCheck(ToolSchema schema, boolean nullIsAbsent) {
		this.schema = schema;
		this.nullIsAbsent = nullIsAbsent;
	}

	/**
	 * Whether the check has to run on a thread that may block.
	 * @return whether it may take long
	 */
	boolean isCostly() {
		return this.schema.isCostly();
	}

	/**
	 * Read arguments. Throws an {@link InvalidToolCallException} that describes what is
	 * wrong with them.
	 * @param arguments the JSON text; blank for no arguments
	 * @param maxSize the maximum size of the text in UTF-8, in bytes
	 * @return the arguments
	 */
	ObjectNode read(String arguments, int maxSize) {
		requireSize(arguments, maxSize);
		if (!(parse(arguments.isBlank() ? "{}" : arguments) instanceof ObjectNode object)) {
			throw new InvalidToolCallException("The arguments are not a JSON object");
		}
		if (this.nullIsAbsent) {
			removeNulls(object);
		}
		List<Error> errors = validate(object);
		if (!errors.isEmpty()) {
			throw new InvalidToolCallException(describe(errors, (error) -> error.getEvaluationPath().toString()),
					describe(errors, (error) -> error.getInstanceLocation() + ": " + error.getMessage()));
		}
		return object;
	}

	private static void requireSize(String arguments, int maxSize) {
		boolean tooLarge = arguments.length() > maxSize || (arguments.length() > maxSize / BYTES_PER_CHARACTER
				&& arguments.getBytes(StandardCharsets.UTF_8).length > maxSize);
		if (tooLarge) {
			throw new InvalidToolCallException(
					"The arguments are larger than %,d bytes".formatted(maxSize)
							+ ", the limit of 'callbacks.tools.max-arguments-size'",
					"The arguments are larger than %d bytes: call the tool with less".formatted(maxSize));
		}
	}

	private List<Error> validate(ObjectNode arguments) {
		try {
			return this.schema.validate(arguments);
		}
		catch (StackOverflowError | SchemaException ex) {
			throw new InvalidToolCallException("The arguments are too complex to be checked");
		}
	}

	private static String describe(List<Error> errors, Function<Error, String> description) {
		String more = (errors.size() > MAX_ERRORS)
				? String.format(Locale.ENGLISH, " and %,d more", errors.size() - MAX_ERRORS) : "";
		String first = errors.stream()
			.limit(MAX_ERRORS)
			.map((error) -> PrintableText.of(description.apply(error), MAX_ERROR_LENGTH))
			.collect(Collectors.joining("; ", "The arguments do not match the schema: ", ""));
		return PrintableText.of(first, MAX_ANSWER_LENGTH - more.length() - 1) + more;
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
		catch (StreamConstraintsException ex) {
			throw new InvalidToolCallException(
					"The arguments are nested more than %d levels, or have a number that is too long"
						.formatted(MAX_DEPTH));
		}
		catch (JacksonException ex) {
			throw new InvalidToolCallException("The arguments are not valid JSON",
					"The arguments are not valid JSON: " + PrintableText.of(ex.getOriginalMessage(), MAX_ERROR_LENGTH));
		}
	}

}
