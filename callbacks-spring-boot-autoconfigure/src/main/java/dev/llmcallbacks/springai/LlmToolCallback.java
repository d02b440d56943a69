package dev.llmcallbacks.springai;

import java.util.Objects;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.DefaultToolDefinition;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.execution.ToolExecutionException;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import dev.llmcallbacks.dispatch.CallbackException;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.provider.ToolArguments;
import dev.llmcallbacks.tool.Tool;

/**
 * Tool of this library for Spring AI. Its calls are runs that the tool opens itself.
 *
 * @param tool the tool
 */
record LlmToolCallback(Tool tool) implements ToolCallback {

	@Override
	public ToolDefinition getToolDefinition() {
		return DefaultToolDefinition.builder()
			.name(this.tool.definition().name())
			.description(this.tool.definition().description())
			.inputSchema(this.tool.definition().inputSchema())
			.build();
	}

	@Override
	public String call(String toolInput) {
		return call(new ToolCall("", this.tool.definition().name(), toolInput, ToolArguments.parse(toolInput)),
				Context.empty());
	}

	/**
	 * Call the tool and wait for its result.
	 * @param toolCall the call
	 * @param context the Reactor Context of the call, with the current run
	 * @return the result
	 */
	String call(ToolCall toolCall, ContextView context) {
		Mono<ToolMessage> result = this.tool.callOrFail(toolCall).contextWrite((inner) -> inner.putAll(context));
		try {
			return Objects.requireNonNull(result.block()).text();
		}
		catch (CallbackException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			throw new ToolExecutionException(getToolDefinition(), ex);
		}
	}

}
