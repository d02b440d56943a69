package dev.llmcallbacks.tool;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;

/**
 * Code of the application that a model may call. Each call is a run of type {@code TOOL}.
 * <p>
 * Thread-safe. Nothing happens before what {@code call} returns is subscribed to; each
 * subscription is a call and a run of its own. Runs are opened by the manager of the
 * current run, else by the one that was given with {@link #withManager}, else, for beans,
 * by the application's. Without any of them no handler receives their events, which is
 * logged once. The call's id is in all events.
 * <p>
 * Arguments are checked against the schema before the code is called, and never on an
 * event loop. They are limited to {@code callbacks.tools.max-arguments-size} (64 KiB) and
 * to 100 levels of nesting, and arguments that take too long to check are answered as too
 * complex. The formats of a given schema are annotations. A schema refers to nothing
 * outside of itself.
 */
public interface Tool {

	/**
	 * Create a tool of a function that may block.
	 * @param <I> the type of input
	 * @param name the tool's name: letters, digits, {@code _} and {@code -}, 64 at most
	 * @param description what the tool does, for the model
	 * @param inputType a record or a class that the arguments are read into, whose
	 * components or fields define the schema
	 * @param function called on the manager's work executor, and interrupted when the
	 * call is cancelled. It may return whatever an {@link LlmTool @LlmTool} method may
	 * @return the tool
	 */
	static <I> Tool of(String name, String description, Class<I> inputType, Function<? super I, ?> function) {
		return DefaultTool.of(InputReader.definition(name, description, inputType), true,
				new FunctionBody<>(InputReader.of(inputType), function, false));
	}

	/**
	 * Create a tool of a function that may block, with a given schema.
	 * @param definition the definition that the model receives
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
	 * @param description what the tool does, for the model
	 * @param inputType a record or a class that the arguments are read into, whose
	 * components or fields define the schema
	 * @param function called on the subscriber's thread, or after the check of the
	 * arguments on another one; cancelling the call cancels what it returns
	 * @return the tool
	 */
	static <I> Tool reactive(String name, String description, Class<I> inputType,
			Function<? super I, ? extends Publisher<?>> function) {
		return DefaultTool.of(InputReader.definition(name, description, inputType), true,
				new FunctionBody<>(InputReader.of(inputType), function, true));
	}

	/**
	 * Create a tool of a function that does not block, with a given schema.
	 * @param definition the definition that the model receives
	 * @param function takes the arguments by name, whose values may be {@code null};
	 * called as in {@link #reactive(String, String, Class, Function)}
	 * @return the tool
	 */
	static Tool reactive(ToolDefinition definition, Function<Map<String, Object>, ? extends Publisher<?>> function) {
		return DefaultTool.of(definition, false, new FunctionBody<>(InputReader.ofMap(), function, true));
	}

	/**
	 * Return the definition that the model receives.
	 * @return the definition
	 */
	ToolDefinition definition();

	/**
	 * Call the tool. The arguments are checked against the schema first.
	 * @param toolCall the model's call
	 * @return the result for the model. If the call is invalid or the tool throws an
	 * exception, handlers receive the error, and the result is its message, cut to 2,000
	 * characters, with {@link ToolMessage#error()}. Fails only with an {@link Error} that
	 * the tool throws, or as {@link CallbackManager#run} does
	 */
	Mono<ToolMessage> call(ToolCall toolCall);

	/**
	 * Call the tool and fail as it does.
	 * @param toolCall the model's call
	 * @return as {@link #call}, but fails with the exception that the tool throws. An
	 * invalid call is answered
	 */
	Mono<ToolMessage> callOrFail(ToolCall toolCall);

	/**
	 * Return this tool with a manager that opens its runs where there is no current run.
	 * @param callbackManager the manager
	 * @return the tool
	 */
	Tool withManager(CallbackManager callbackManager);

	/**
	 * Return this tool with decorators, inside those that it has. A decorator that it has
	 * already is not added again. The decorators of a tool that this interface created
	 * act inside its run; those of any other implementation act around its {@code call}.
	 * @param decorators the decorators, the first outermost
	 * @return the tool
	 */
	default Tool decoratedBy(List<? extends ToolDecorator> decorators) {
		return decorators.isEmpty() ? this : DecoratedTool.of(this, decorators);
	}

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
