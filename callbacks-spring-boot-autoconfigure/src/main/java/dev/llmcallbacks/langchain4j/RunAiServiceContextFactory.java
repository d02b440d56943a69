package dev.llmcallbacks.langchain4j;

import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.spi.services.AiServiceContextFactory;

/**
 * Internal to the library: lets the tools of AI services open runs. LangChain4j finds it
 * with {@link java.util.ServiceLoader}.
 */
public final class RunAiServiceContextFactory implements AiServiceContextFactory {

	@Override
	public AiServiceContext create(Class<?> aiServiceClass) {
		return new RunAiServiceContext(aiServiceClass);
	}

	/** Context of an AI service. */
	private static final class RunAiServiceContext extends AiServiceContext {

		RunAiServiceContext(Class<?> aiServiceClass) {
			super(aiServiceClass);
			this.toolService = new RunToolService();
		}

	}

}
