package dev.llmcallbacks.autoconfigure;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;

import dev.llmcallbacks.autoconfigure.LlmChatProperties.Provider;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.provider.ProviderHeaders;
import dev.llmcallbacks.provider.anthropic.AnthropicChatModel;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;

/**
 * Configurations of the providers, to be imported in this order.
 */
final class ProviderConfigurations {

	private ProviderConfigurations() {
	}

	@Configuration(proxyBeanMethods = false)
	static class ConnectionConfiguration {

		@Bean
		@ConditionalOnProvider(Provider.OPENAI)
		@ConditionalOnMissingBean(OpenAiConnectionDetails.class)
		PropertiesConnectionDetails.OpenAi llmCallbacksOpenAiConnectionDetails(OpenAiProperties properties) {
			return new PropertiesConnectionDetails.OpenAi(properties);
		}

		@Bean
		@ConditionalOnProvider(Provider.ANTHROPIC)
		@ConditionalOnMissingBean(AnthropicConnectionDetails.class)
		PropertiesConnectionDetails.Anthropic llmCallbacksAnthropicConnectionDetails(AnthropicProperties properties) {
			return new PropertiesConnectionDetails.Anthropic(properties);
		}

		@Bean
		@ConditionalOnMissingBean
		ProviderWebClient llmCallbacksWebClient(ConfigurableListableBeanFactory beanFactory,
				LlmTimeoutProperties timeouts, LlmHttpProperties http) {
			return new ProviderWebClient(beanFactory, timeouts, http);
		}

		@Bean
		@ConditionalOnMissingBean
		ProviderModels llmCallbacksProviderModels(ProviderWebClient webClient, OpenAiProperties openAi,
				AnthropicProperties anthropic, ObjectProvider<ProviderHeaders> providerHeaders,
				LlmCallbacksProperties properties) {
			return new ProviderModels(webClient, openAi, anthropic, providerHeaders.getIfAvailable(), properties);
		}

		@Bean
		@ConditionalOnMissingBean
		ProviderConnections llmCallbacksProviderConnections(BeanFactory beanFactory, Environment environment,
				ProviderModels models, LlmChatProperties properties) {
			return new ProviderConnections(beanFactory, environment, models, properties);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingBean(ChatModel.class)
	static class ModelConfiguration {

		@Bean
		@ConditionalOnBean(OpenAiConnectionDetails.class)
		OpenAiChatModel llmCallbacksOpenAiChatModel(ProviderConnections connections, ProviderModels models) {
			return models.openAi(connections.address(Provider.OPENAI), connections.options(Provider.OPENAI));
		}

		@Bean
		@ConditionalOnBean(AnthropicConnectionDetails.class)
		AnthropicChatModel llmCallbacksAnthropicChatModel(ProviderConnections connections, ProviderModels models) {
			return models.anthropic(connections.address(Provider.ANTHROPIC), connections.options(Provider.ANTHROPIC));
		}

		@Bean
		@Primary
		@ConditionalOnBean({ OpenAiChatModel.class, AnthropicChatModel.class })
		ChatModel llmCallbacksChatModel(ProviderConnections connections, OpenAiChatModel openAiChatModel,
				AnthropicChatModel anthropicChatModel) {
			return switch (connections.selected()) {
				case OPENAI -> openAiChatModel;
				case ANTHROPIC -> anthropicChatModel;
			};
		}

	}

}
