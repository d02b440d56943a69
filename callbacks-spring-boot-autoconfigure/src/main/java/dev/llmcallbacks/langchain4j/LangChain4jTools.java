package dev.llmcallbacks.langchain4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolProviderRequest;
import dev.langchain4j.service.tool.ToolProviderResult;
import dev.langchain4j.service.tool.ToolService;

import dev.llmcallbacks.tool.Tool;
import dev.llmcallbacks.tool.Tools;

/**
 * Tools of LangChain4j as {@link Tools}, and tools of the library as those of an AI
 * service.
 */
public final class LangChain4jTools {

	private LangChain4jTools() {
	}

	/**
	 * Make tools of objects with methods that are annotated with
	 * {@link dev.langchain4j.agent.tool.Tool @Tool}.
	 * @param objectsWithTools the objects, as an AI service takes them
	 * @return the tools. They are called on the manager's work executor and receive the
	 * id and the arguments of the call as the model wrote them. Throws what LangChain4j
	 * throws if a method cannot be a tool
	 */
	public static Tools of(Object... objectsWithTools) {
		return tools(
				Arrays.stream(objectsWithTools).flatMap((object) -> ToolService.findTools(object).stream()).toList());
	}

	/**
	 * Make a tool of an executor.
	 * @param specification the specification that the model receives
	 * @param executor called as in {@link #of(Object...)}. A result that is an error
	 * fails the run of the call and is answered to the model as an error
	 * @return the tool
	 */
	public static Tool of(ToolSpecification specification, ToolExecutor executor) {
		return ExecutorTool.of(specification, executor);
	}

	/**
	 * Make tools of executors.
	 * @param tools the executors by the specifications that the model receives
	 * @return the tools, as in {@link #of(ToolSpecification, ToolExecutor)}
	 */
	public static Tools of(Map<ToolSpecification, ToolExecutor> tools) {
		List<Tool> result = new ArrayList<>(tools.size());
		tools.forEach((specification, executor) -> result.add(of(specification, executor)));
		return Tools.of(result);
	}

	/**
	 * Make tools of those that a provider has for a message, such as the tools of MCP
	 * servers. The provider is asked once, by the calling thread.
	 * @param toolProvider the provider
	 * @param userMessage the message that the provider may choose tools for
	 * @return the tools, as in {@link #of(ToolSpecification, ToolExecutor)}; none if the
	 * provider has none
	 */
	public static Tools of(ToolProvider toolProvider, String userMessage) {
		UserMessage message = UserMessage.from(userMessage);
		ToolProviderResult result = toolProvider.provideTools(ToolProviderRequest.builder()
			.userMessage(message)
			.messages(List.of(message))
			.invocationContext(InvocationContext.builder().userMessage(message).build())
			.build());
		return (result != null) ? tools(result.aiServiceTools()) : Tools.of();
	}

	private static Tools tools(List<AiServiceTool> tools) {
		return Tools.of(tools.stream().map((tool) -> of(tool.toolSpecification(), tool.toolExecutor())).toList());
	}

	/**
	 * Provide tools of the library for an AI service, as in
	 * {@code AiServices.builder(…).toolProvider(toolProvider(tools))}. Each call is the
	 * run that the tool opens, inside the run of the AI service.
	 * @param tools the tools
	 * @return a provider of all of them. The thread that calls one waits for its result.
	 * Invalid calls are answered; an exception of a tool is handled by the error handler
	 * of the AI service. Throws an {@link IllegalArgumentException} if LangChain4j has no
	 * type for the schema of a tool
	 */
	public static ToolProvider toolProvider(Iterable<? extends Tool> tools) {
		ToolProviderResult.Builder result = ToolProviderResult.builder();
		tools.forEach(
				(tool) -> result.add(ToolDefinitions.fromDefinition(tool.definition()), new ToolCaller(tool, null)));
		ToolProviderResult provided = result.build();
		return (request) -> provided;
	}

}
