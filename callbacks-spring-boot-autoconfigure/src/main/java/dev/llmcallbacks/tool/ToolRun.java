package dev.llmcallbacks.tool;

import java.util.function.Function;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.CallbackException;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.dispatch.RunSpec;
import dev.llmcallbacks.dispatch.ShutdownException;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.run.RunType;

/**
 * One call of a tool as a run. A call that cannot be made is one too.
 *
 * @param toolCall the call
 * @param definition the tool, put into the Reactor Context for whoever observes the run;
 * {@code null} if there is none
 * @param given the manager where no run is in force, or {@code null} for one without
 * handlers
 * @param work makes the answer's text, with the manager that opened the run
 */
record ToolRun(ToolCall toolCall, @Nullable ToolDefinition definition, @Nullable CallbackManager given,
		Function<CallbackManager, Mono<String>> work) {

	/**
	 * Open the run.
	 * @return the answer, also of a call that failed
	 */
	Mono<ToolMessage> answered() {
		return open(Exception.class::isInstance);
	}

	/**
	 * Open the run.
	 * @return the answer, also of a call that is not valid; fails as the tool does
	 */
	Mono<ToolMessage> answeredIfInvalid() {
		return open(InvalidToolCallException.class::isInstance);
	}

	private Mono<ToolMessage> open(Predicate<Throwable> answers) {
		return Mono.deferContextual((context) -> {
			CallbackManager manager = CurrentRun.manager(context, this.given);
			ToolEvents events = new ToolEvents(this.toolCall);
			return manager
				.run(new RunSpec(RunType.TOOL, this.toolCall.name(), RunOptions.NONE), events,
						(run) -> this.work.apply(manager).map((text) -> new ToolMessage(this.toolCall.id(), text)))
				.contextWrite(this::describe)
				.single()
				.onErrorResume((ex) -> events.hasFailedOf(ex) && answers.test(ex) && !isOfTheLibrary(ex),
						(ex) -> Mono.just(new ToolMessage(this.toolCall.id(), messageOf(ex), true)));
		});
	}

	private Context describe(Context context) {
		return (this.definition != null) ? context.put(ToolDefinition.class, this.definition)
				: context.delete(ToolDefinition.class);
	}

	// A handler's veto and the application's end are not for the model to decide about
	private static boolean isOfTheLibrary(Throwable ex) {
		return ex instanceof CallbackException || ex instanceof ShutdownException;
	}

	private static String messageOf(Throwable ex) {
		String message = ex.getMessage();
		return (message != null && !message.isBlank()) ? message : ex.getClass().getSimpleName();
	}

}
