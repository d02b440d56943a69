package dev.llmcallbacks.autoconfigure;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.service.AiServices;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.springframework.util.function.SingletonSupplier;

import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.langchain4j.LangChain4jModelBeans;
import dev.llmcallbacks.langchain4j.LangChain4jServiceBeans;

/**
 * Auto-configuration for applications that use LangChain4j: calls of model beans, AI
 * service beans and content retriever beans are runs.
 */
@AutoConfiguration(after = LlmCallbacksAutoConfiguration.class)
@ConditionalOnClass(ChatModel.class)
@ConditionalOnBooleanProperty(name = "callbacks.langchain4j.enabled", matchIfMissing = true)
public final class LangChain4jAutoConfiguration {

	private static final String OBSERVATIONS = "callbacks.langchain4j.observations";

	/** LangChain4j's own observations and meters of models. */
	private static final String[] LISTENERS = { "dev.langchain4j.observation.listeners.ObservationChatModelListener",
			"dev.langchain4j.micrometer.metrics.listeners.MicrometerMetricsChatModelListener" };

	@Configuration(proxyBeanMethods = false)
	static class ModelConfiguration {

		@Bean
		@ConditionalOnMissingBean
		static LangChain4jModelBeans llmCallbacksLangChain4jModelBeans(ObjectProvider<CallbackManager> callbackManager,
				Environment environment) {
			return new LangChain4jModelBeans(SingletonSupplier.of(callbackManager::getObject)::obtain,
					environment.getProperty(OBSERVATIONS, Boolean.class, !hasListeners()));
		}

		private static boolean hasListeners() {
			ClassLoader classLoader = LangChain4jAutoConfiguration.class.getClassLoader();
			for (String listener : LISTENERS) {
				if (ClassUtils.isPresent(listener, classLoader)) {
					return true;
				}
			}
			return false;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(AiServices.class)
	static class ServiceConfiguration {

		@Bean
		@ConditionalOnMissingBean
		static LangChain4jServiceBeans llmCallbacksLangChain4jServiceBeans(
				ObjectProvider<CallbackManager> callbackManager) {
			return new LangChain4jServiceBeans(SingletonSupplier.of(callbackManager::getObject)::obtain);
		}

	}

}
