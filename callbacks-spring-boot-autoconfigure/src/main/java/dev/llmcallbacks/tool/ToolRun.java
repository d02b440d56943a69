package dev.llmcallbacks.tool;

import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.CallbackException;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.dispatch.ManagerLookup;
import dev.llmcallbacks.dispatch.RunSpec;
import dev.llmcallbacks.dispatch.ShutdownException;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.run.RunType;

/**
 * Call of a tool as a run. A call that cannot be made is a run, too.
 *
 * @param toolCall the call
 * @param definition the tool, put into the Reactor Context for those who observe the run;
 * {@code null} if there is none. Only its name is the run's: a name that the model
 * invented is not
 * @param given supplies the manager where there is no current run, or {@code null}
 * @param work creates the answer, with the manager that opened the run
 */
record ToolRun(ToolCall toolCall, @Nullable ToolDefinition definition,
		@Nullable Supplier<? extends @Nullable CallbackManager> given,
		Function<CallbackManager, Mono<ToolMessage>> work) {

	private static final String UNKNOWN_TOOL = "unknown tool";

	private static final int MAX_ANSWER_LENGTH = 2_000;

	/**
	 * Open the run.
	 * @return the answer, also of a call that failed
	 */
	Mono<ToolMessage> answered() {
		return open(Exception.class::isInstance);
	}

	/**
	 * Open the run.
	 * @return the answer, also of a call that is invalid; fails as the tool does
	 */
	Mono<ToolMessage> answeredIfInvalid() {
		return open(InvalidToolCallException.class::isInstance);
	}

	private Mono<ToolMessage> open(Predicate<Throwable> answers) {
		return CurrentRun.captured(Mono.deferContextual((context) -> {
			CallbackManager manager = ManagerLookup.find(context, this.given, "Tool '" + name() + "'");
			ToolEvents events = new ToolEvents(this.toolCall);
			return manager
				.run(new RunSpec(RunType.TOOL, name(), RunOptions.NONE), events, (run) -> this.work.apply(manager))
				.contextWrite(this::describe)
				.single()
				.onErrorResume((ex) -> events.hasFailedOf(ex) && answers.test(ex) && !isOfTheLibrary(ex),
						(ex) -> Mono.just(new ToolMessage(this.toolCall.id(), answerTo(ex), true)));
		}));
	}

	private String name() {
		return (this.definition != null) ? this.definition.name() : UNKNOWN_TOOL;
	}

	private Context describe(Context context) {
		return (this.definition != null) ? context.put(ToolDefinition.class, this.definition)
				: context.delete(ToolDefinition.class);
	}

	// A handler's veto and the application's end are not for the model to decide about
	private static boolean isOfTheLibrary(Throwable ex) {
		return ex instanceof CallbackException || ex instanceof ShutdownException;
	}

	private static String answerTo(Throwable ex) {
		String answer = (ex instanceof InvalidToolCallException invalid) ? invalid.getAnswer() : ex.getMessage();
		if (answer == null || answer.isBlank()) {
			return ex.getClass().getSimpleName();
		}
		return (answer.length() > MAX_ANSWER_LENGTH) ? answer.substring(0, MAX_ANSWER_LENGTH - 1) + "…" : answer;
	}

}
