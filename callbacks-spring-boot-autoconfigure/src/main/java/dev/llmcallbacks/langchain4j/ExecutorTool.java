package dev.llmcallbacks.langchain4j;

import java.util.List;
import java.util.Objects;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.exception.ToolArgumentsException;
import dev.langchain4j.exception.ToolExecutionException;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.ClaimedCall;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.tool.InvalidToolCallException;
import dev.llmcallbacks.tool.Tool;

/**
 * Innermost part of a tool that an executor of LangChain4j runs: lets the executor have
 * the call with its id, which the function of a tool does not receive.
 *
 * @param delegate the tool, which checks the arguments
 */
record ExecutorTool(Tool delegate) implements Tool {

	/**
	 * Create a tool.
	 * @param specification the specification that the model receives
	 * @param executor the executor
	 * @return the tool
	 */
	static Tool of(ToolSpecification specification, ToolExecutor executor) {
		return Tool
			.reactive(ToolDefinitions.toDefinition(specification),
					(arguments) -> Mono.deferContextual((context) -> execute(executor, context)))
			.decoratedBy(List.of(ExecutorTool::new));
	}

	private static Mono<String> execute(ToolExecutor executor, ContextView context) {
		ToolCall toolCall = context.get(ToolCall.class);
		CallbackManager manager = CurrentRun.manager(context, null);
		return manager.call(() -> ClaimedCall.call(() -> execute(executor, toolCall)));
	}

	private static String execute(ToolExecutor executor, ToolCall toolCall) {
		ToolExecutionResult result = call(executor, toolCall);
		String text = Messages.text(result.resultContents());
		if (result.isError()) {
			throw new ToolExecutionException(text);
		}
		return text;
	}

	private static ToolExecutionResult call(ToolExecutor executor, ToolCall toolCall) {
		try {
			return executor.executeWithContext(Messages.fromToolCall(toolCall), InvocationContext.builder().build());
		}
		catch (ToolArgumentsException ex) {
			throw new InvalidToolCallException(Objects.requireNonNullElse(ex.getMessage(), "Invalid arguments"), ex);
		}
		catch (ToolExecutionException ex) {
			throw (ex.getCause() instanceof RuntimeException cause) ? cause : ex;
		}
	}

	@Override
	public Mono<ToolMessage> call(ToolCall toolCall) {
		return this.delegate.call(toolCall).contextWrite((context) -> context.put(ToolCall.class, toolCall));
	}

	@Override
	public Mono<ToolMessage> callOrFail(ToolCall toolCall) {
		return this.delegate.callOrFail(toolCall).contextWrite((context) -> context.put(ToolCall.class, toolCall));
	}

	@Override
	public ToolDefinition definition() {
		return this.delegate.definition();
	}

	@Override
	public Tool withManager(CallbackManager callbackManager) {
		return new ExecutorTool(this.delegate.withManager(callbackManager));
	}

}
