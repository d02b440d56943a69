package dev.llmcallbacks.tool;

import java.util.List;

import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.callback.ReturnedValue;

/**
 * Converts what tools return to the text that the model receives.
 */
final class ToolResultConverter {

	/** The result of a tool that returned {@code null}. */
	static final String NULL = "null";

	/** The result of a tool that has nothing to return. */
	static final String DONE = "Done";

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private ToolResultConverter() {
	}

	/**
	 * Convert a result.
	 * @param returned what the tool returns, possibly a stream
	 * @param absent the text when there is no value
	 * @return the text: texts as they are, several texts joined, anything else as JSON
	 */
	static Mono<String> convert(Mono<?> returned, String absent) {
		return returned.flatMap((value) -> resolve(ReturnedValue.of(value)))
			.flatMap((value) -> ReturnedValue.call(() -> text(value)))
			.defaultIfEmpty(absent);
	}

	private static Mono<?> resolve(ReturnedValue value) {
		return value.multiple() ? value.items().collectList().map(ToolResultConverter::join) : value.items().next();
	}

	private static Object join(List<?> items) {
		return (!items.isEmpty() && items.stream().allMatch(CharSequence.class::isInstance))
				? String.join("", items.stream().map(Object::toString).toList()) : items;
	}

	private static String text(Object value) {
		return (value instanceof CharSequence text) ? text.toString() : MAPPER.writeValueAsString(value);
	}

}
