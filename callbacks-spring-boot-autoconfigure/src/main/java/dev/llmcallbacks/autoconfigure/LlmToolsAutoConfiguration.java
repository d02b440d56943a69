package dev.llmcallbacks.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.tool.LlmTool;
import dev.llmcallbacks.tool.ToolDecorator;
import dev.llmcallbacks.tool.Tools;

/**
 * Auto-configuration for the {@link Tools} that the {@link LlmTool @LlmTool} methods of
 * the application's beans make, to be given to an agent. A bean is created no earlier
 * than by the first call of one of its methods.
 */
@AutoConfiguration(after = LlmCallbacksAutoConfiguration.class)
public final class LlmToolsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	Tools llmCallbacksTools(ConfigurableListableBeanFactory beanFactory,
			ObjectProvider<CallbackManager> callbackManager, ObjectProvider<ToolDecorator> decorators) {
		Tools tools = new ToolDiscovery(beanFactory).findAll().decoratedBy(decorators.orderedStream().toList());
		CallbackManager manager = callbackManager.getIfUnique();
		return (manager != null) ? tools.withManager(manager) : tools;
	}

}
