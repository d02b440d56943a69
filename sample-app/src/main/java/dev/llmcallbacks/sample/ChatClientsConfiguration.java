package dev.llmcallbacks.sample;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.provider.anthropic.AnthropicChatModel;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;

/**
 * Makes a client for each provider that is configured. An application with one provider
 * needs nothing of this: it injects the {@link ChatClient} that is there.
 */
@Configuration(proxyBeanMethods = false)
class ChatClientsConfiguration {

	@Bean
	ChatClients chatClients(ObjectProvider<OpenAiChatModel> openAi, ObjectProvider<AnthropicChatModel> anthropic,
			CallbackManager callbackManager, SampleProperties properties) {
		Map<String, ChatModel> models = new LinkedHashMap<>();
		openAi.ifAvailable((model) -> models.put("openai", model));
		anthropic.ifAvailable((model) -> models.put("anthropic", model));
		Map<String, ChatClient> clients = new LinkedHashMap<>();
		models.forEach((provider, model) -> clients.put(provider,
				ChatClient.builder(model)
					.callbackManager(callbackManager)
					.defaultOptions(ChatOptions.builder().model(properties.models().get(provider)).build())
					.build()));
		return new ChatClients(clients);
	}

}
