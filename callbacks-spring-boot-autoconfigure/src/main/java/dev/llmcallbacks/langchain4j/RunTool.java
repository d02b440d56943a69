package dev.llmcallbacks.langchain4j;

import java.time.Duration;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.exception.ToolArgumentsException;
import dev.langchain4j.exception.ToolExecutionException;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.ClaimedCall;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.dispatch.RunEvents;
import dev.llmcallbacks.dispatch.RunSpec;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.tool.ToolEvents;

/**
 * Executor of a tool of LangChain4j, each call of which is a run on the thread that calls
 * it. Outside of any run it calls the tool alone.
 *
 * @param delegate the executor of the application
 * @param captured the Reactor Context with the run of the AI service, for calls on
 * threads that have no current run, or {@code null}
 */
record RunTool(ToolExecutor delegate, @Nullable Context captured) implements ToolExecutor {

	/**
	 * Wrap an executor.
	 * @param executor the executor
	 * @param captured the Reactor Context with the run of the AI service, or {@code null}
	 * @return the executor with runs; a tool of the library opens them itself
	 */
	static ToolExecutor of(ToolExecutor executor, @Nullable Context captured) {
		if (executor instanceof ToolCaller caller) {
			return new ToolCaller(caller.tool(), captured);
		}
		return (executor instanceof RunTool tool) ? new RunTool(tool.delegate, captured)
				: new RunTool(executor, captured);
	}

	/**
	 * Return the Reactor Context in which a run is opened on the current thread.
	 * @param captured the context that was captured for threads without a current run, or
	 * {@code null}
	 * @return the captured context if its run is the current one, or there is none on the
	 * thread; else an empty one
	 */
	static Context parent(@Nullable Context captured) {
		return (captured != null && (CurrentRun.get().isEmpty() || Bridge.isCurrent(captured))) ? captured
				: Context.empty();
	}

	@Override
	public ToolExecutionResult executeWithContext(ToolExecutionRequest request, InvocationContext context) {
		Context parent = parent(this.captured);
		if ((parent.isEmpty() && CurrentRun.get().isEmpty()) || ClaimedCall.isClaimed(RunType.TOOL, parent)) {
			return this.delegate.executeWithContext(request, context);
		}
		ToolCall toolCall = Messages.toToolCall(request);
		RunSpec spec = new RunSpec(RunType.TOOL, toolCall.name(), RunOptions.NONE);
		return CurrentRun.manager(parent, null)
			.callInPlace(spec, new Events(toolCall), parent, () -> this.delegate.executeWithContext(request, context));
	}

	@Override
	public String execute(ToolExecutionRequest request, Object memoryId) {
		return executeWithContext(request, InvocationContext.builder().chatMemoryId(memoryId).build()).resultText();
	}

	/** Events of one call. */
	private static final class Events implements RunEvents<ToolExecutionResult> {

		private final ToolEvents events;

		private final String id;

		Events(ToolCall toolCall) {
			this.events = new ToolEvents(toolCall);
			this.id = toolCall.id();
		}

		@Override
		public RunStart started(Run run) {
			return this.events.started(run);
		}

		@Override
		public void accept(ToolExecutionResult result) {
			this.events.accept(toMessage(result));
		}

		// a result that cannot be written fails later, where LangChain4j writes it
		private ToolMessage toMessage(ToolExecutionResult result) {
			try {
				return new ToolMessage(this.id, Messages.text(result.resultContents()), result.isError());
			}
			catch (RuntimeException ex) {
				return new ToolMessage(this.id, String.valueOf(ex.getMessage()), true);
			}
		}

		@Override
		public RunEnd completed(Run run, Duration duration) {
			return this.events.completed(run, duration);
		}

		@Override
		public RunEnd failed(Run run, Duration duration, Throwable error) {
			boolean wrapper = error instanceof ToolExecutionException || error instanceof ToolArgumentsException;
			Throwable cause = error.getCause();
			return this.events.failed(run, duration, (wrapper && cause != null) ? cause : error);
		}

		@Override
		public RunEnd cancelled(Run run, Duration duration) {
			return this.events.cancelled(run, duration);
		}

	}

}
