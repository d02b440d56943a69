package dev.llmcallbacks.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Scope;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.client.ChatClientCustomizer;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.model.ChatModel;

/**
 * Auto-configuration for a {@link ChatClient} of the application's {@link ChatModel}, and
 * for the prototype-scoped {@link ChatClient.Builder} that it is built with: each
 * injection point gets a builder of its own, with all {@link ChatClientCustomizer} beans
 * applied in order.
 */
@AutoConfiguration(after = { LlmCallbacksAutoConfiguration.class, LlmChatModelAutoConfiguration.class })
@EnableConfigurationProperties({ LlmChatProperties.class, LlmRetryProperties.class, LlmTimeoutProperties.class })
public final class LlmChatClientAutoConfiguration {

	@Bean
	@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
	@ConditionalOnSingleCandidate(ChatModel.class)
	@ConditionalOnMissingBean
	ChatClient.Builder llmCallbacksChatClientBuilder(ChatModel chatModel, CallbackManager callbackManager,
			LlmChatProperties properties, LlmRetryProperties retryProperties, LlmTimeoutProperties timeoutProperties,
			ObjectProvider<ChatClientCustomizer> customizers) {
		ChatClient.Builder builder = ChatClient.builder(chatModel)
			.callbackManager(callbackManager)
			.defaultOptions(properties.toOptions())
			.batchConcurrency(properties.getBatchConcurrency())
			.retryPolicy(retryProperties.toPolicy())
			.timeLimits(timeoutProperties.toLimits());
		customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
		return builder;
	}

	@Bean
	@ConditionalOnBean(ChatClient.Builder.class)
	@ConditionalOnMissingBean
	ChatClient llmCallbacksChatClient(ChatClient.Builder builder) {
		return builder.build();
	}

}
