package dev.llmcallbacks.langchain4j;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.exception.ToolExecutionException;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;

import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.tool.Tool;

/**
 * Executor of LangChain4j that calls a tool of the library, which opens the run of the
 * call itself.
 *
 * @param tool the tool
 */
record ToolCaller(Tool tool) implements ToolExecutor {

	@Override
	public ToolExecutionResult executeWithContext(ToolExecutionRequest request, InvocationContext context) {
		ToolMessage answer = await(this.tool.callOrFail(Messages.toToolCall(request)).toFuture());
		return ToolExecutionResult.builder().isError(answer.error()).resultText(answer.text()).build();
	}

	@Override
	public String execute(ToolExecutionRequest request, Object memoryId) {
		return await(this.tool.callOrFail(Messages.toToolCall(request)).toFuture()).text();
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
