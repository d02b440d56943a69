package dev.llmcallbacks.springai;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.internal.ToolCallReactiveContextHolder;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.metadata.ToolMetadata;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.dispatch.RunEvents;
import dev.llmcallbacks.dispatch.RunSpec;
import dev.llmcallbacks.event.AgentAction;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.tool.ToolEvents;

/**
 * Tool of Spring AI whose calls are runs, on the thread that calls it. It throws what the
 * tool throws.
 *
 * @param delegate the tool
 * @param calls the calls that the model has asked for
 * @param runs opens the runs
 */
record RunToolCallback(ToolCallback delegate, RoundCalls calls, SpringAiRuns runs) implements ToolCallback {

	/**
	 * Return a prompt whose tools open runs.
	 * @param prompt the prompt
	 * @param calls the calls that the model has asked for, or will ask for
	 * @param runs opens the runs
	 * @return the prompt; the given one if it has no tools, or if they open runs already
	 */
	static Prompt wrap(Prompt prompt, RoundCalls calls, SpringAiRuns runs) {
		if (!(prompt.getOptions() instanceof ToolCallingChatOptions options)) {
			return prompt;
		}
		List<ToolCallback> tools = options.getToolCallbacks();
		if (tools == null || tools.stream().allMatch(RunToolCallback.class::isInstance)) {
			return prompt;
		}
		List<ToolCallback> wrapped = new ArrayList<>();
		tools.forEach((tool) -> wrapped
			.add((tool instanceof RunToolCallback) ? tool : new RunToolCallback(tool, calls, runs)));
		return prompt.mutate().chatOptions(options.mutate().toolCallbacks(wrapped).build()).build();
	}

	@Override
	public ToolDefinition getToolDefinition() {
		return this.delegate.getToolDefinition();
	}

	@Override
	public ToolMetadata getToolMetadata() {
		return this.delegate.getToolMetadata();
	}

	@Override
	public String call(String toolInput) {
		return call(toolInput, null);
	}

	@Override
	public String call(String toolInput, @Nullable ToolContext toolContext) {
		ToolCall call = this.calls.take(getToolDefinition().name(), toolInput);
		ContextView context = context();
		CallbackManager manager = this.runs.manager(context);
		if (CurrentRun.from(context).or(CurrentRun::get).filter((run) -> run.type() == RunType.AGENT).isPresent()) {
			Mono<Void> action = manager.emit((run) -> new AgentAction(run, Instant.now(), call));
			(context.isEmpty() ? action : action.contextWrite(Context.of(context))).subscribe();
		}
		if (this.delegate instanceof LlmToolCallback tool) {
			return tool.call(call, context);
		}
		RunSpec spec = this.runs.spec(RunType.TOOL, getToolDefinition().name(), RunOptions.NONE);
		RunEvents<Result> events = new ToolEvents(call).mapped((result) -> result.toMessage(call));
		return BlockingRun
			.call(manager, spec, events, context,
					() -> new Result((toolContext != null) ? this.delegate.call(toolInput, toolContext)
							: this.delegate.call(toolInput)))
			.text();
	}

	// in a stream the tool's thread has no run, but the loop of tools has left the
	// context;
	// a run on the thread that is another one is inside a tool that was called before
	private static ContextView context() {
		ContextView context = ToolCallReactiveContextHolder.getContext();
		UUID inContext = CurrentRun.from(context).map(Run::id).orElse(null);
		return CurrentRun.get().filter((run) -> !run.id().equals(inContext)).isPresent() ? Context.empty() : context;
	}

	/**
	 * What a tool has returned.
	 *
	 * @param text the text, which may be {@code null} against the tool's contract
	 */
	private record Result(String text) {

		ToolMessage toMessage(ToolCall call) {
			return new ToolMessage(call.id(), SpringAiMessages.text(this.text));
		}

	}

}
