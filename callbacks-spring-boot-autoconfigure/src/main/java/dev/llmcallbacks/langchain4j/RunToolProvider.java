package dev.llmcallbacks.langchain4j;

import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolProviderRequest;
import dev.langchain4j.service.tool.ToolProviderResult;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/**
 * Provider of LangChain4j whose tools open runs. It is asked again in each round of an AI
 * service if it is dynamic.
 *
 * @param delegate the provider of the application
 * @param captured the Reactor Context with the run of the AI service
 */
record RunToolProvider(ToolProvider delegate, Context captured) implements ToolProvider {

	@Override
	public @Nullable ToolProviderResult provideTools(ToolProviderRequest request) {
		ToolProviderResult result = this.delegate.provideTools(request);
		return (result != null) ? ToolProviderResult.builder()
			.addAll(result.aiServiceTools().stream().map(this::withRuns).toList())
			.build() : null;
	}

	private AiServiceTool withRuns(AiServiceTool tool) {
		return tool.toBuilder().toolExecutor(RunTool.of(tool.toolExecutor(), this.captured)).build();
	}

	@Override
	public boolean isDynamic() {
		return this.delegate.isDynamic();
	}

}
