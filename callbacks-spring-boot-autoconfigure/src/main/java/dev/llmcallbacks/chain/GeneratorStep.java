package dev.llmcallbacks.chain;

import java.util.Objects;
import java.util.function.Function;

import reactor.core.publisher.Flux;

import dev.llmcallbacks.callback.ReturnedValue;

/**
 * Calls a function from stream to stream in place.
 *
 * @param <I> the type of items that go in
 * @param <O> the type of items that come out
 * @param name the name of the run
 * @param function the function
 */
record GeneratorStep<I, O>(String name, Function<Flux<I>, Flux<O>> function) implements StreamStep<I, O> {

	GeneratorStep {
		Objects.requireNonNull(name, "'name' must not be null");
		Objects.requireNonNull(function, "'function' must not be null");
	}

	@Override
	public Flux<O> apply(Flux<I> input, boolean streaming) {
		return ReturnedValue.call(() -> output(input)).flatMapMany(ReturnedValue::guarded);
	}

	private Flux<O> output(Flux<I> input) {
		return Objects.requireNonNull(this.function.apply(input),
				() -> "The function of chain '" + this.name + "' must not return null");
	}

}
