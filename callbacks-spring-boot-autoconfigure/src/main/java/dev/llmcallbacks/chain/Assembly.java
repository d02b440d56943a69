package dev.llmcallbacks.chain;

import java.util.List;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.dispatch.ChainEvents;

/**
 * Makes one value of a stream, as {@link ChainEvents} tells the output of a run.
 */
final class Assembly {

	private Assembly() {
	}

	/**
	 * Assemble a stream.
	 * @param <T> the type of value
	 * @param items the stream
	 * @return the value; nothing of an empty stream
	 */
	static <T> Mono<T> of(Flux<? extends T> items) {
		return items.collectList().filter((all) -> !all.isEmpty()).map(Assembly::assemble);
	}

	// several items of a type that knows no sum become a list, whatever the caller calls
	// it
	@SuppressWarnings("unchecked")
	private static <T> T assemble(List<? extends T> items) {
		return (T) ChainEvents.assemble(items);
	}

}
