package dev.llmcallbacks.autoconfigure;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.autoconfigure.LlmChatProperties.Provider;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.provider.ChatModelBuilder;
import dev.llmcallbacks.provider.ProviderHeaders;
import dev.llmcallbacks.provider.anthropic.AnthropicChatModel;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;

/**
 * Makes chat models of providers, with what the properties say of each.
 */
final class ProviderModels {

	private final ProviderWebClient webClient;

	private final OpenAiProperties openAi;

	private final AnthropicProperties anthropic;

	private final @Nullable ProviderHeaders providerHeaders;

	private final int maxEventSize;

	private final int maxAnswerSize;

	ProviderModels(ProviderWebClient webClient, OpenAiProperties openAi, AnthropicProperties anthropic,
			@Nullable ProviderHeaders providerHeaders, LlmCallbacksProperties properties) {
		this.webClient = webClient;
		this.openAi = openAi;
		this.anthropic = anthropic;
		this.providerHeaders = providerHeaders;
		this.maxEventSize = (int) properties.getMaxEventSize().toBytes();
		this.maxAnswerSize = (int) properties.getMaxAnswerSize().toBytes();
	}

	/**
	 * Return the URL of a provider unless connection details say another.
	 * @param provider the provider
	 * @return the base URL
	 */
	String baseUrl(Provider provider) {
		return switch (provider) {
			case OPENAI -> this.openAi.getBaseUrl();
			case ANTHROPIC -> this.anthropic.getBaseUrl();
		};
	}

	/**
	 * Return the headers of requests to the provider's server.
	 * @param provider the provider
	 * @return the headers
	 */
	Map<String, String> headers(Provider provider) {
		return switch (provider) {
			case OPENAI -> this.openAi.getHeaders();
			case ANTHROPIC -> this.anthropic.getHeaders();
		};
	}

	ChatModel create(Provider provider, ProviderAddress address, ChatOptions options) {
		return switch (provider) {
			case OPENAI -> openAi(address, options);
			case ANTHROPIC -> anthropic(address, options);
		};
	}

	OpenAiChatModel openAi(ProviderAddress address, ChatOptions options) {
		return configure(OpenAiChatModel.builder(), address, options).api(this.openAi.getApi())
			.streamUsage(this.openAi.isStreamUsage())
			.maxTokensField(this.openAi.getMaxTokensField())
			.structuredOutput(this.openAi.getStructuredOutput())
			.build();
	}

	AnthropicChatModel anthropic(ProviderAddress address, ChatOptions options) {
		return configure(AnthropicChatModel.builder(), address, options).version(this.anthropic.getVersion()).build();
	}

	private <B extends ChatModelBuilder<B>> B configure(B builder, ProviderAddress address, ChatOptions options) {
		if (this.providerHeaders != null) {
			builder.headers(this.providerHeaders);
		}
		return builder.webClientBuilder(this.webClient.builder())
			.baseUrl(address.baseUrl())
			.apiKey(address.apiKey())
			.headers(address.headers())
			.maxEventSize(this.maxEventSize)
			.maxAnswerSize(this.maxAnswerSize)
			.defaultOptions(options);
	}

}
