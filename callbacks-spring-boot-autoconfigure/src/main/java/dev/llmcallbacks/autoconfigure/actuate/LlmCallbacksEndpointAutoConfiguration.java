package dev.llmcallbacks.autoconfigure.actuate;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.SimpleAutowireCandidateResolver;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.task.TaskExecutor;

import dev.llmcallbacks.autoconfigure.LlmCallbacksAutoConfiguration;
import dev.llmcallbacks.dispatch.CallbackManager;

/**
 * Auto-configuration for the {@link LlmCallbacksEndpoint}.
 */
@AutoConfiguration(after = LlmCallbacksAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnAvailableEndpoint(LlmCallbacksEndpoint.class)
public final class LlmCallbacksEndpointAutoConfiguration {

	@Bean
	@ConditionalOnBean(CallbackManager.class)
	@ConditionalOnMissingBean
	LlmCallbacksEndpoint llmCallbacksEndpoint(CallbackManager callbackManager,
			ConfigurableListableBeanFactory beanFactory) {
		return new LlmCallbacksEndpoint(callbackManager,
				SimpleAutowireCandidateResolver.resolveAutowireCandidates(beanFactory, TaskExecutor.class));
	}

	@Bean
	@ConditionalOnBean(LlmCallbacksEndpoint.class)
	@ConditionalOnMissingBean
	@ConditionalOnAvailableEndpoint(exposure = EndpointExposure.WEB)
	LlmCallbacksEndpointWebExtension llmCallbacksEndpointWebExtension(LlmCallbacksEndpoint endpoint) {
		return new LlmCallbacksEndpointWebExtension(endpoint);
	}

}
