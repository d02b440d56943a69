package dev.llmcallbacks.provider;

import org.springframework.web.reactive.function.client.WebClient;

import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.provider.anthropic.AnthropicChatModel;
import dev.llmcallbacks.provider.openai.OpenAiApi;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;

/**
 * Protocol of an answer.
 */
enum Protocol {

	CHAT_COMPLETIONS, RESPONSES, ANTHROPIC;

	private static final ChatOptions OPTIONS = ChatOptions.builder().model("some-model").build();

	/**
	 * Return a model that speaks the protocol.
	 */
	ChatModel model(String baseUrl, WebClient.Builder webClientBuilder) {
		return switch (this) {
			case ANTHROPIC -> AnthropicChatModel.builder()
				.baseUrl(baseUrl)
				.webClientBuilder(webClientBuilder)
				.defaultOptions(OPTIONS)
				.build();
			case CHAT_COMPLETIONS -> openAi(OpenAiApi.CHAT_COMPLETIONS, baseUrl, webClientBuilder);
			case RESPONSES -> openAi(OpenAiApi.RESPONSES, baseUrl, webClientBuilder);
		};
	}

	private static ChatModel openAi(OpenAiApi api, String baseUrl, WebClient.Builder webClientBuilder) {
		return OpenAiChatModel.builder()
			.api(api)
			.baseUrl(baseUrl)
			.webClientBuilder(webClientBuilder)
			.defaultOptions(OPTIONS)
			.build();
	}

}
