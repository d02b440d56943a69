package dev.llmcallbacks.tool;

import java.util.Collection;
import java.util.List;
import java.util.function.Function;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.callback.ReturnedValue;
import dev.llmcallbacks.message.Media;

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
	 * @param progress emits an item of a stream, which is not the last
	 * @return the text: texts as they are, several texts joined, anything else as JSON;
	 * and the media among the values
	 */
	static Mono<ToolResult> convert(Mono<?> returned, String absent, Function<Object, Mono<Void>> progress) {
		return returned.flatMap((value) -> resolve(ReturnedValue.of(value), progress))
			.flatMap((value) -> ReturnedValue.call(() -> result(value)))
			.defaultIfEmpty(new ToolResult(absent, List.of()));
	}

	private static Mono<?> resolve(ReturnedValue value, Function<Object, Mono<Void>> progress) {
		return value.multiple() ? emit(value.items(), progress).collectList().map(ToolResultConverter::join)
				: value.items().next();
	}

	// whether an item is the last is known when there is another one
	private static Flux<Object> emit(Flux<?> items, Function<Object, Mono<Void>> progress) {
		return items.cast(Object.class).buffer(2, 1).concatMap((pair) -> {
			Object item = pair.get(0);
			return (pair.size() > 1) ? progress.apply(item).thenReturn(item) : Mono.just(item);
		}, 1);
	}

	private static Object join(List<?> items) {
		return (!items.isEmpty() && items.stream().allMatch(CharSequence.class::isInstance))
				? String.join("", items.stream().map(Object::toString).toList()) : items;
	}

	private static ToolResult result(Object value) {
		if (value instanceof Media media) {
			return new ToolResult("", List.of(media));
		}
		if (value instanceof Collection<?> items && items.stream().anyMatch(Media.class::isInstance)) {
			List<?> others = items.stream().filter((item) -> !(item instanceof Media)).toList();
			List<Media> media = items.stream().filter(Media.class::isInstance).map(Media.class::cast).toList();
			return new ToolResult(others.isEmpty() ? "" : text(join(others)), media);
		}
		return new ToolResult(text(value), List.of());
	}

	private static String text(Object value) {
		return (value instanceof CharSequence text) ? text.toString() : MAPPER.writeValueAsString(value);
	}

}
