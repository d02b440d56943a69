package dev.llmcallbacks.langchain4j;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.exception.ToolExecutionException;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.tool.Tool;

/**
 * Executor of LangChain4j that calls a tool of the library, which opens the run of the
 * call itself.
 *
 * @param tool the tool
 * @param captured the Reactor Context with the run of the AI service, or {@code null}
 */
record ToolCaller(Tool tool, @Nullable Context captured) implements ToolExecutor {

	@Override
	public ToolExecutionResult executeWithContext(ToolExecutionRequest request, InvocationContext context) {
		ToolMessage answer = call(request);
		return ToolExecutionResult.builder().isError(answer.error()).resultText(answer.text()).build();
	}

	@Override
	public String execute(ToolExecutionRequest request, Object memoryId) {
		return call(request).text();
	}

	private ToolMessage call(ToolExecutionRequest request) {
		Mono<ToolMessage> answer = this.tool.callOrFail(Messages.toToolCall(request));
		Context parent = RunTool.parent(this.captured);
		return await(answer.contextWrite((context) -> context.putAll(parent.readOnly())).toFuture());
	}

	// LangChain4j hands the cause to the error handler of the AI service
	private static ToolMessage await(CompletableFuture<ToolMessage> answer) {
		try {
			return answer.get();
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof Error error) {
				throw error;
			}
			throw new ToolExecutionException(ex.getCause());
		}
		catch (InterruptedException ex) {
			answer.cancel(true);
			Thread.currentThread().interrupt();
			throw new ToolExecutionException(ex);
		}
	}

}
