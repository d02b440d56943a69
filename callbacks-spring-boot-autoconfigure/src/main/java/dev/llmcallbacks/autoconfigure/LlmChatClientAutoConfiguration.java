package dev.llmcallbacks.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Scope;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.client.ChatClientCustomizer;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ChatModelDecorator;
import dev.llmcallbacks.tool.ToolDecorator;
import dev.llmcallbacks.tool.Tools;

/**
 * Auto-configuration for a {@link ChatClient} of the application's {@link ChatModel}, and
 * for the prototype-scoped {@link ChatClient.Builder} that it is built with: each
 * injection point gets a builder of its own, with all {@link ChatClientCustomizer} beans
 * applied in order.
 * <p>
 * Each {@code callbacks.clients.<name>} is a further client, with the same customizers.
 * It is not a default candidate and is injected with {@code @Qualifier("<name>")}.
 */
@AutoConfiguration(after = { LlmCallbacksAutoConfiguration.class, LlmChatModelAutoConfiguration.class })
@EnableConfigurationProperties({ LlmCallbacksProperties.class, LlmChatProperties.class, LlmRetryProperties.class,
		LlmTimeoutProperties.class })
@Import(NamedChatClientRegistrar.class)
public final class LlmChatClientAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ChatClients llmCallbacksChatClients(CallbackManager callbackManager, LlmRetryProperties retryProperties,
			LlmTimeoutProperties timeoutProperties, ObjectProvider<ChatModelDecorator> decorators,
			ObjectProvider<ToolDecorator> toolDecorators, ObjectProvider<ChatClientCustomizer> customizers,
			ObjectProvider<Tools> tools) {
		return new ChatClients(callbackManager, retryProperties, timeoutProperties, decorators, toolDecorators,
				customizers, tools);
	}

	@Bean
	@ConditionalOnMissingBean
	NamedChatClients llmCallbacksNamedChatClients(ChatClients clients, LlmCallbacksProperties properties,
			LlmChatProperties chatProperties, ObjectProvider<ProviderConnections> connections,
			ObjectProvider<ProviderModels> models, ObjectProvider<ChatModel> chatModel) {
		return new NamedChatClients(clients, properties, chatProperties, connections, models, chatModel);
	}

	@Bean
	@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
	@ConditionalOnSingleCandidate(ChatModel.class)
	@ConditionalOnMissingBean
	ChatClient.Builder llmCallbacksChatClientBuilder(ChatModel chatModel, ChatClients clients,
			LlmChatProperties properties) {
		return clients.builder(chatModel, properties.toOptions(), properties.getBatchConcurrency(), properties);
	}

	@Bean
	@ConditionalOnBean(ChatClient.Builder.class)
	@ConditionalOnMissingBean
	ChatClient llmCallbacksChatClient(ChatClient.Builder builder) {
		return builder.build();
	}

}
