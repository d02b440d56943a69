package dev.llmcallbacks.chain;

import java.util.List;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.dispatch.ChainEvents;

/**
 * Makes one value of a stream, by the rule by which {@link ChainEvents} makes the output
 * of a run.
 */
final class OutputAggregator {

	private OutputAggregator() {
	}

	/**
	 * Aggregate a stream.
	 * @param <T> the type of value
	 * @param items the stream
	 * @return the value, empty for an empty stream
	 */
	static <T> Mono<T> of(Flux<? extends T> items) {
		return items.collectList().filter((all) -> !all.isEmpty()).map(OutputAggregator::aggregate);
	}

	// Several items of a type without a sum become a list, whatever the caller's type is
	@SuppressWarnings("unchecked")
	private static <T> T aggregate(List<? extends T> items) {
		return (T) ChainEvents.assemble(items);
	}

}
