package dev.llmcallbacks.chain;

import java.util.Objects;
import java.util.function.Function;

import reactor.core.publisher.Flux;

/**
 * Calls a function from stream to stream in place.
 *
 * @param <I> the type of items that go in
 * @param <O> the type of items that come out
 * @param name the name of the run
 * @param function the function
 */
record GeneratorPart<I, O>(String name, Function<Flux<I>, Flux<O>> function) implements StreamPart<I, O> {

	GeneratorPart {
		Objects.requireNonNull(name, "'name' must not be null");
		Objects.requireNonNull(function, "'function' must not be null");
	}

	@Override
	public Flux<O> apply(Flux<I> input, boolean streaming) {
		return Flux.defer(() -> this.function.apply(input));
	}

}
