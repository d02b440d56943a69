package dev.llmcallbacks.tool;

import java.util.concurrent.Callable;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tool that calls a function.
 *
 * @param <I> the type of input
 * @param reader reads the input
 * @param function the function
 * @param isInPlace whether the function does not block
 */
record FunctionBody<I>(InputReader<? extends I> reader, Function<? super I, ?> function,
		boolean isInPlace) implements ToolBody {

	@Override
	public String absent() {
		return ToolResultConverter.NULL;
	}

	@Override
	public Callable<@Nullable Object> bind(ObjectNode arguments) {
		I input = this.reader.read(arguments);
		return () -> this.function.apply(input);
	}

}
