package dev.llmcallbacks.tool;

import java.util.List;
import java.util.concurrent.CompletionStage;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes texts of what tools return.
 */
final class Answers {

	/** The answer of a tool that returned {@code null}. */
	static final String NULL = "null";

	/** The answer of a tool that has nothing to return. */
	static final String DONE = "Done";

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private Answers() {
	}

	/**
	 * Make the answer.
	 * @param value what the tool returns, possibly something reactive that gives it later
	 * @param nothing the answer when there is no value
	 * @return the answer's text
	 */
	static Mono<String> of(Mono<?> value, String nothing) {
		return value.flatMap(Answers::resolve).map(Answers::text).defaultIfEmpty(nothing);
	}

	private static Mono<?> resolve(Object value) {
		if (value instanceof CompletionStage<?> stage) {
			return Mono.fromFuture(stage.toCompletableFuture());
		}
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(null, value);
		if (adapter == null) {
			return Mono.just(value);
		}
		return adapter.isMultiValue() ? Flux.from(adapter.toPublisher(value)).collectList().map(Answers::joined)
				: Mono.from(adapter.toPublisher(value));
	}

	private static Object joined(List<?> items) {
		return (!items.isEmpty() && items.stream().allMatch(CharSequence.class::isInstance))
				? String.join("", items.stream().map(Object::toString).toList()) : items;
	}

	private static String text(Object value) {
		return (value instanceof CharSequence text) ? text.toString() : MAPPER.writeValueAsString(value);
	}

}
