package dev.llmcallbacks.tool;

import java.time.Duration;
import java.util.Map;
import java.util.function.Function;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;

/**
 * A piece of the application's code that a model may have called. Each call is a run of
 * type {@code TOOL}.
 * <p>
 * Safe for use by any number of threads. Nothing happens before what {@code call} returns
 * is subscribed to; each subscription is a call and a run of its own. The run's events
 * are told by the manager of the run in force, else by the one given with
 * {@link #withManager}, else nobody hears of them. The call's id is in all of them.
 */
public interface Tool {

	/**
	 * Create a tool of a function that may block.
	 * @param <I> the type of input
	 * @param name the tool's name: letters, digits, {@code _} and {@code -}, 64 at most
	 * @param description what the tool does, for the model to read
	 * @param inputType a record or a class that the arguments are read into, whose
	 * components or fields make the schema
	 * @param function called on the manager's work executor, and interrupted when the
	 * call is cancelled. May return anything that an {@link LlmTool @LlmTool} method may
	 * @return the tool
	 */
	static <I> Tool of(String name, String description, Class<I> inputType, Function<? super I, ?> function) {
		return DefaultTool.of(InputReader.definition(name, description, inputType), true,
				new FunctionBody<>(InputReader.of(inputType), function, false));
	}

	/**
	 * Create a tool of a function that may block, with a schema of one's own.
	 * @param definition what the model is told
	 * @param function takes the arguments by name, whose values may be {@code null};
	 * called as in {@link #of(String, String, Class, Function)}
	 * @return the tool
	 */
	static Tool of(ToolDefinition definition, Function<Map<String, Object>, ?> function) {
		return DefaultTool.of(definition, false, new FunctionBody<>(InputReader.ofMap(), function, false));
	}

	/**
	 * Create a tool of a function that does not block.
	 * @param <I> the type of input
	 * @param name the tool's name: letters, digits, {@code _} and {@code -}, 64 at most
	 * @param description what the tool does, for the model to read
	 * @param inputType a record or a class that the arguments are read into, whose
	 * components or fields make the schema
	 * @param function called in place; cancelling the call cancels what it returns
	 * @return the tool
	 */
	static <I> Tool reactive(String name, String description, Class<I> inputType,
			Function<? super I, ? extends Publisher<?>> function) {
		return DefaultTool.of(InputReader.definition(name, description, inputType), true,
				new FunctionBody<>(InputReader.of(inputType), function, true));
	}

	/**
	 * Create a tool of a function that does not block, with a schema of one's own.
	 * @param definition what the model is told
	 * @param function takes the arguments by name, whose values may be {@code null};
	 * called in place
	 * @return the tool
	 */
	static Tool reactive(ToolDefinition definition, Function<Map<String, Object>, ? extends Publisher<?>> function) {
		return DefaultTool.of(definition, false, new FunctionBody<>(InputReader.ofMap(), function, true));
	}

	/**
	 * Return what the model is told of the tool.
	 * @return the definition
	 */
	ToolDefinition definition();

	/**
	 * Call the tool. The arguments are checked against the schema first.
	 * @param toolCall what the model wants
	 * @return the answer for the model. When the call is not valid, or the tool throws an
	 * exception, handlers hear of the error and the answer says it, with
	 * {@link ToolMessage#error()}. Fails only when an {@link Error} is thrown, or as
	 * {@link CallbackManager#run} says
	 */
	Mono<ToolMessage> call(ToolCall toolCall);

	/**
	 * Call the tool, and fail as it does.
	 * @param toolCall what the model wants
	 * @return as {@link #call}, but fails with the exception that the tool throws. A call
	 * that is not valid is answered
	 */
	Mono<ToolMessage> callOrFail(ToolCall toolCall);

	/**
	 * Return this tool with a manager that opens its runs where no run is in force.
	 * @param callbackManager the manager
	 * @return the tool
	 */
	Tool withManager(CallbackManager callbackManager);

	/**
	 * Return this tool with a time limit of its own. A call that takes longer is
	 * cancelled and fails with a {@link ToolTimeoutException}, as with any exception.
	 * @param timeout the limit of each call; zero for no limit. By default that of the
	 * manager, {@code callbacks.timeouts.tool}
	 * @return the tool. Throws an {@link UnsupportedOperationException} if the
	 * implementation has no time limit
	 */
	default Tool withTimeout(Duration timeout) {
		throw new UnsupportedOperationException(getClass().getName() + " has no time limit");
	}

}
