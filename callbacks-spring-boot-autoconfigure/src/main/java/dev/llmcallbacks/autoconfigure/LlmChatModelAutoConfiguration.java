package dev.llmcallbacks.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;
import org.springframework.web.reactive.function.client.WebClient;

import dev.llmcallbacks.autoconfigure.LlmChatProperties.Provider;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.provider.anthropic.AnthropicChatModel;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;

/**
 * Auto-configuration for a {@link ChatModel} of each configured provider. With two of
 * them, {@code callbacks.chat.provider} says which one is primary. Backs off to a
 * {@code ChatModel} of the application's own.
 */
@AutoConfiguration(after = WebClientAutoConfiguration.class)
@ConditionalOnClass(WebClient.class)
@ConditionalOnMissingBean(ChatModel.class)
@EnableConfigurationProperties({ LlmCallbacksProperties.class, LlmChatProperties.class, LlmTimeoutProperties.class })
public final class LlmChatModelAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ProviderWebClient llmCallbacksWebClient(ObjectProvider<WebClient.Builder> webClientBuilders,
			ObjectProvider<ClientHttpConnectorBuilder<?>> connectorBuilders,
			ObjectProvider<HttpClientSettings> httpClientSettings, LlmTimeoutProperties timeouts) {
		return new ProviderWebClient(webClientBuilders, connectorBuilders, httpClientSettings, timeouts);
	}

	private static ChatOptions options(Provider provider, LlmChatProperties properties, Environment environment) {
		// They belong to the provider that was chosen: another one has other models
		Provider selected = ProviderSelection.select(properties.getProvider(), environment);
		return (selected == provider) ? properties.toOptions() : ChatOptions.NONE;
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProvider(Provider.OPENAI)
	@EnableConfigurationProperties(OpenAiProperties.class)
	static class OpenAiConfiguration {

		@Bean
		OpenAiChatModel llmCallbacksOpenAiChatModel(OpenAiProperties properties, LlmChatProperties chatProperties,
				LlmCallbacksProperties callbacksProperties, Environment environment, ProviderWebClient webClient) {
			ChatOptions options = options(Provider.OPENAI, chatProperties, environment);
			ProviderAddress address = ProviderAddress.of(Provider.OPENAI, properties.getBaseUrl(),
					properties.getApiKey());
			return OpenAiChatModel.builder()
				.webClientBuilder(webClient.builder())
				.baseUrl(address.baseUrl())
				.apiKey(address.apiKey())
				.headers(properties.getHeaders())
				.streamUsage(properties.isStreamUsage())
				.maxEventSize((int) callbacksProperties.getMaxEventSize().toBytes())
				.defaultOptions(options)
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProvider(Provider.ANTHROPIC)
	@EnableConfigurationProperties(AnthropicProperties.class)
	static class AnthropicConfiguration {

		@Bean
		AnthropicChatModel llmCallbacksAnthropicChatModel(AnthropicProperties properties,
				LlmChatProperties chatProperties, LlmCallbacksProperties callbacksProperties, Environment environment,
				ProviderWebClient webClient) {
			ChatOptions options = options(Provider.ANTHROPIC, chatProperties, environment);
			ProviderAddress address = ProviderAddress.of(Provider.ANTHROPIC, properties.getBaseUrl(),
					properties.getApiKey());
			return AnthropicChatModel.builder()
				.webClientBuilder(webClient.builder())
				.baseUrl(address.baseUrl())
				.apiKey(address.apiKey())
				.headers(properties.getHeaders())
				.version(properties.getVersion())
				.maxEventSize((int) callbacksProperties.getMaxEventSize().toBytes())
				.defaultOptions(options)
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProvider({ Provider.OPENAI, Provider.ANTHROPIC })
	static class SelectionConfiguration {

		@Bean
		@Primary
		ChatModel llmCallbacksChatModel(LlmChatProperties properties, Environment environment,
				OpenAiChatModel openAiChatModel, AnthropicChatModel anthropicChatModel) {
			Provider selected = ProviderSelection.select(properties.getProvider(), environment);
			return switch (selected) {
				case OPENAI -> openAiChatModel;
				case ANTHROPIC -> anthropicChatModel;
			};
		}

	}

}
