package dev.llmcallbacks.autoconfigure;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClientBuilderCustomizer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.util.function.SingletonSupplier;

import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.springai.ClientRunAdvisor;
import dev.llmcallbacks.springai.ModelRunAdvisor;
import dev.llmcallbacks.springai.SpringAiBeans;
import dev.llmcallbacks.springai.SpringAiRuns;

/**
 * Auto-configuration that makes runs of calls that are made with Spring AI.
 */
@AutoConfiguration(after = LlmCallbacksAutoConfiguration.class,
		beforeName = "org.springframework.ai.model.chat.client.autoconfigure.ChatClientAutoConfiguration")
@ConditionalOnClass(ChatClient.class)
@ConditionalOnBooleanProperty(name = "callbacks.spring-ai.enabled", matchIfMissing = true)
@EnableConfigurationProperties(SpringAiProperties.class)
public final class SpringAiAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	SpringAiRuns llmCallbacksSpringAiRuns(ObjectProvider<CallbackManager> callbackManager,
			SpringAiProperties properties) {
		return new SpringAiRuns(SingletonSupplier.of(callbackManager::getIfUnique), properties.isObservations());
	}

	@Bean
	@ConditionalOnMissingBean
	static SpringAiBeans llmCallbacksSpringAiBeans(ObjectProvider<SpringAiRuns> runs, Environment environment) {
		boolean replace = "replace"
			.equalsIgnoreCase(environment.getProperty("callbacks.spring-ai.final-models", "leave"));
		return new SpringAiBeans(SingletonSupplier.of(runs::getObject)::obtain, replace);
	}

	@Bean
	@ConditionalOnMissingBean(name = "llmCallbacksChatClientBuilderCustomizer")
	@Order(Ordered.LOWEST_PRECEDENCE)
	ChatClientBuilderCustomizer llmCallbacksChatClientBuilderCustomizer(SpringAiRuns runs) {
		return (builder) -> builder.defaultAdvisors(new ClientRunAdvisor(runs), new ModelRunAdvisor(runs));
	}

}
