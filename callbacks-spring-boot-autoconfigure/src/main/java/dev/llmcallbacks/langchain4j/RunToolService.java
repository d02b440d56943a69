package dev.llmcallbacks.langchain4j;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolService;
import dev.langchain4j.service.tool.ToolServiceContext;
import reactor.util.context.Context;

/**
 * Tool service of LangChain4j whose tools open runs, inside the run that is the current
 * one when an AI service is called.
 */
final class RunToolService extends ToolService {

	@Override
	public ToolServiceContext createContext(InvocationContext invocationContext, UserMessage userMessage,
			List<ChatMessage> messages) {
		ToolServiceContext context = super.createContext(invocationContext, userMessage, messages);
		Context captured = Bridge.capture();
		if (captured == null || (context.toolExecutors().isEmpty() && context.dynamicToolProviders().isEmpty())) {
			return context;
		}
		Map<String, ToolExecutor> executors = new LinkedHashMap<>();
		context.toolExecutors().forEach((name, executor) -> executors.put(name, RunTool.of(executor, captured)));
		return context.toBuilder()
			.toolExecutors(executors)
			.dynamicToolProviders(context.dynamicToolProviders()
				.stream()
				.<ToolProvider>map((provider) -> new RunToolProvider(provider, captured))
				.toList())
			.build();
	}

}
