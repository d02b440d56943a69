package dev.llmcallbacks.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.client.ChatClientCustomizer;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.model.ChatModel;

/**
 * What all chat clients of the application have in common.
 */
final class ChatClients {

	private final CallbackManager callbackManager;

	private final LlmRetryProperties retries;

	private final LlmTimeoutProperties timeouts;

	private final ObjectProvider<ChatClientCustomizer> customizers;

	ChatClients(CallbackManager callbackManager, LlmRetryProperties retries, LlmTimeoutProperties timeouts,
			ObjectProvider<ChatClientCustomizer> customizers) {
		this.callbackManager = callbackManager;
		this.retries = retries;
		this.timeouts = timeouts;
		this.customizers = customizers;
	}

	ChatClient.Builder builder(ChatModel chatModel, ChatOptions options, int batchConcurrency) {
		ChatClient.Builder builder = ChatClient.builder(chatModel)
			.callbackManager(this.callbackManager)
			.defaultOptions(options)
			.batchConcurrency(batchConcurrency)
			.retryPolicy(this.retries.toPolicy())
			.timeLimits(this.timeouts.toLimits());
		this.customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
		return builder;
	}

}
