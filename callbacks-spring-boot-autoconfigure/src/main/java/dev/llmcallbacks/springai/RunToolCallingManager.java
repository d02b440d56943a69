package dev.llmcallbacks.springai;

import java.util.List;

import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.ai.tool.definition.ToolDefinition;

/**
 * Manager of tool calls that makes a run of each call, also in an application's own loop
 * of tools. Thread-safe if the delegate is.
 */
public final class RunToolCallingManager implements ToolCallingManager {

	private final ToolCallingManager delegate;

	private final SpringAiRuns runs;

	/**
	 * Create a manager.
	 * @param delegate makes the calls
	 * @param runs opens the runs
	 */
	public RunToolCallingManager(ToolCallingManager delegate, SpringAiRuns runs) {
		this.delegate = delegate;
		this.runs = runs;
	}

	@Override
	public List<ToolDefinition> resolveToolDefinitions(ToolCallingChatOptions chatOptions) {
		return this.delegate.resolveToolDefinitions(chatOptions);
	}

	@Override
	public ToolExecutionResult executeToolCalls(Prompt prompt, ChatResponse chatResponse) {
		RoundCalls calls = new RoundCalls();
		calls.add(chatResponse);
		return this.delegate.executeToolCalls(RunToolCallback.wrap(prompt, calls, this.runs), chatResponse);
	}

}
