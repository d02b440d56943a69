package dev.llmcallbacks.chain;

import java.util.Objects;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.ReturnedValue;
import dev.llmcallbacks.dispatch.CurrentRun;

/**
 * Calls a function that may block, and that may return a stream.
 *
 * @param <I> the type of input
 * @param <O> the type of output
 * @param name the name of the run
 * @param outputType the type that items are checked against, or {@code null} if they are
 * not
 * @param function the function
 */
record FunctionStep<I, O>(String name, @Nullable Class<O> outputType,
		Function<? super I, ?> function) implements ValueStep<I, O> {

	FunctionStep {
		Objects.requireNonNull(name, "'name' must not be null");
		Objects.requireNonNull(function, "'function' must not be null");
	}

	@Override
	@SuppressWarnings("unchecked")
	public Flux<O> apply(I input, boolean streaming) {
		Flux<Object> items = Mono
			.deferContextual((context) -> CurrentRun.manager(context, null).<Object>call(() -> call(input)))
			.flatMapMany((returned) -> ReturnedValue.of(returned).items());
		return (this.outputType != null) ? items.handle((item, sink) -> {
			if (this.outputType.isInstance(item)) {
				sink.next((O) item);
			}
			else {
				sink.error(new ClassCastException("Chain '%s' must return a %s, but returned a %s".formatted(this.name,
						this.outputType.getName(), item.getClass().getName())));
			}
		}) : (Flux<O>) items;
	}

	private @Nullable Object call(I input) {
		try {
			return this.function.apply(input);
		}
		catch (ClassCastException ex) {
			throw isOfTheInput(ex) ? wrongInput(input, ex) : ex;
		}
	}

	// The bridge from Object to a lambda's own parameter is not part of a stack trace: a
	// cast that fails there seems to fail here
	private static boolean isOfTheInput(ClassCastException ex) {
		StackTraceElement[] trace = ex.getStackTrace();
		return trace.length > 0 && trace[0].getClassName().equals(FunctionStep.class.getName());
	}

	private ClassCastException wrongInput(I input, ClassCastException cause) {
		ClassCastException failure = new ClassCastException(
				"Chain '%s' cannot take a %s: the step before it returns another type than it declares"
					.formatted(this.name, input.getClass().getName()));
		failure.initCause(cause);
		return failure;
	}

}
