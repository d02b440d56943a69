package dev.llmcallbacks.tool;

import java.util.function.Function;

import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

import dev.llmcallbacks.callback.ReturnedValue;
import dev.llmcallbacks.dispatch.CallbackManager;

/**
 * A tool that calls a function.
 *
 * @param <I> the type of input
 * @param reader reads the input
 * @param function the function
 * @param inPlace whether the function does not block
 */
record FunctionBody<I>(InputReader<? extends I> reader, Function<? super I, ?> function,
		boolean inPlace) implements ToolBody {

	@Override
	public Mono<String> call(ObjectNode arguments, CallbackManager manager) {
		I input = this.reader.read(arguments);
		Mono<?> value = this.inPlace ? ReturnedValue.call(() -> this.function.apply(input))
				: manager.<Object>call(() -> this.function.apply(input));
		return ToolResultConverter.convert(value, ToolResultConverter.NULL);
	}

}
