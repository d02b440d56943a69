package dev.llmcallbacks.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.client.ChatClientCustomizer;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ChatModelDecorator;
import dev.llmcallbacks.tool.ToolDecorator;

/**
 * What all chat clients of the application have in common.
 */
final class ChatClients {

	private final CallbackManager callbackManager;

	private final LlmRetryProperties retries;

	private final LlmTimeoutProperties timeouts;

	private final ObjectProvider<ChatModelDecorator> decorators;

	private final ObjectProvider<ToolDecorator> toolDecorators;

	private final ObjectProvider<ChatClientCustomizer> customizers;

	ChatClients(CallbackManager callbackManager, LlmRetryProperties retries, LlmTimeoutProperties timeouts,
			ObjectProvider<ChatModelDecorator> decorators, ObjectProvider<ToolDecorator> toolDecorators,
			ObjectProvider<ChatClientCustomizer> customizers) {
		this.callbackManager = callbackManager;
		this.retries = retries;
		this.timeouts = timeouts;
		this.decorators = decorators;
		this.toolDecorators = toolDecorators;
		this.customizers = customizers;
	}

	ChatClient.Builder builder(ChatModel chatModel, ChatOptions options, int batchConcurrency) {
		ChatClient.Builder builder = ChatClient.builder(chatModel)
			.callbackManager(this.callbackManager)
			.defaultOptions(options)
			.batchConcurrency(batchConcurrency)
			.retryPolicy(this.retries.toPolicy())
			.timeLimits(this.timeouts.toLimits())
			.decorators(this.decorators.orderedStream().toArray(ChatModelDecorator[]::new))
			.toolDecorators(this.toolDecorators.orderedStream().toArray(ToolDecorator[]::new));
		this.customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
		return builder;
	}

}
