package dev.llmcallbacks.chain;

import java.util.Objects;
import java.util.function.Function;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.dispatch.CurrentRun;

/**
 * Calls a function that may block, and may return what does not.
 *
 * @param <I> the type of input
 * @param <O> the type of output
 * @param name the name of the run
 * @param function the function
 */
record FunctionPart<I, O>(String name, Function<? super I, ?> function) implements ValuePart<I, O> {

	FunctionPart {
		Objects.requireNonNull(name, "'name' must not be null");
		Objects.requireNonNull(function, "'function' must not be null");
	}

	@Override
	public Flux<O> apply(I input, boolean streaming) {
		return Mono
			.deferContextual((context) -> CurrentRun.manager(context, null).call(() -> this.function.apply(input)))
			.flatMapMany(FunctionPart::items);
	}

	@SuppressWarnings("unchecked")
	private static <O> Publisher<O> items(Object returned) {
		return (returned instanceof Publisher<?> publisher) ? (Publisher<O>) publisher : Mono.just((O) returned);
	}

}
