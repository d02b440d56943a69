package dev.llmcallbacks.provider;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Parses the arguments of a tool call from the JSON text that a model wrote.
 */
public final class ToolArguments {

	/** As deep as arguments may be nested to be written into a recording of events. */
	private static final int MAX_DEPTH = 100;

	/** Empty arrays take three characters each, and far more memory. */
	private static final int MAX_TOKENS = 100_000;

	private static final JsonMapper MAPPER = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(
					StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).maxTokenCount(MAX_TOKENS).build())
			.build())
		.build();

	private static final TypeReference<@Nullable Map<String, Object>> OBJECT = new TypeReference<>() {
	};

	private ToolArguments() {
	}

	/**
	 * Parse arguments.
	 * @param json the JSON text, possibly empty or cut short
	 * @return the arguments by name, in their order; values may be {@code null}. Empty if
	 * the text is not a JSON object, is nested deeper than 100 levels or has more than
	 * 100,000 tokens
	 */
	public static Map<String, Object> parse(String json) {
		try {
			Map<String, Object> arguments = json.isBlank() ? null : MAPPER.readValue(json, OBJECT);
			return (arguments != null) ? arguments : Map.of();
		}
		catch (JacksonException ex) {
			return Map.of();
		}
	}

}
