package dev.llmcallbacks.springai;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.util.JsonHelper;

import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.tool.Tool;
import dev.llmcallbacks.tool.Tools;

/**
 * Tools of Spring AI as tools of this library, and the other way round.
 */
public final class SpringAiTools {

	private static final JsonHelper JSON = new JsonHelper();

	private SpringAiTools() {
	}

	/**
	 * Make a tool of a tool of Spring AI.
	 * @param callback the tool of Spring AI, which may block
	 * @return the tool, whose arguments are checked against the schema of Spring AI's
	 */
	public static Tool of(ToolCallback callback) {
		org.springframework.ai.tool.definition.ToolDefinition definition = callback.getToolDefinition();
		return Tool.of(
				new ToolDefinition(definition.name(), SpringAiMessages.text(definition.description()),
						definition.inputSchema()),
				(arguments) -> callback.call(JSON.toJson(arguments), new ToolContext(Map.of())));
	}

	/**
	 * Make tools of tools of Spring AI.
	 * @param callbacks the tools of Spring AI
	 * @return the tools, in order
	 */
	public static Tools of(ToolCallback... callbacks) {
		return Tools.of(Arrays.stream(callbacks).map(SpringAiTools::of).toList());
	}

	/**
	 * Make tools of those that a provider has now, such as a client of the Model Context
	 * Protocol.
	 * @param provider the provider
	 * @return the tools, in order
	 */
	public static Tools of(ToolCallbackProvider provider) {
		return of(provider.getToolCallbacks());
	}

	/**
	 * Make tools of Spring AI of tools of this library. Their calls are runs that the
	 * tools open themselves.
	 * @param tools the tools
	 * @return the tools of Spring AI, in order
	 */
	public static List<ToolCallback> toolCallbacks(Iterable<? extends Tool> tools) {
		return StreamSupport.stream(tools.spliterator(), false).<ToolCallback>map(LlmToolCallback::new).toList();
	}

}
