package dev.llmcallbacks.autoconfigure;

import java.util.Arrays;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

import dev.llmcallbacks.autoconfigure.LlmChatProperties.Provider;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.model.ChatModel;

/**
 * Makes the clients of {@code callbacks.clients.*}.
 */
final class NamedChatClients {

	static final String PREFIX = "callbacks.clients";

	private final ChatClients clients;

	private final LlmCallbacksProperties properties;

	private final LlmChatProperties chatProperties;

	private final ObjectProvider<ProviderConnections> connections;

	private final ObjectProvider<ProviderModels> models;

	private final ObjectProvider<ChatModel> chatModel;

	NamedChatClients(ChatClients clients, LlmCallbacksProperties properties, LlmChatProperties chatProperties,
			ObjectProvider<ProviderConnections> connections, ObjectProvider<ProviderModels> models,
			ObjectProvider<ChatModel> chatModel) {
		this.clients = clients;
		this.properties = properties;
		this.chatProperties = chatProperties;
		this.connections = connections;
		this.models = models;
		this.chatModel = chatModel;
	}

	/**
	 * Make a client's model, or find the application's. Called by a bean definition.
	 * @param name the client's name
	 * @return the model
	 */
	ChatModel model(String name) {
		LlmClientProperties client = properties(name);
		ChatModel shared = client.hasConnection() ? null : this.chatModel.getIfUnique();
		return (shared != null) ? shared : connect(PREFIX + "." + name, client);
	}

	private ChatModel connect(String source, LlmClientProperties client) {
		ProviderConnections connections = this.connections.getObject();
		Provider provider = provider(source, client, connections.fallback());
		return this.models.getObject().create(provider, connections.address(provider, source, client), options(client));
	}

	private static Provider provider(String source, LlmClientProperties client, @Nullable Provider fallback) {
		Provider provider = (client.getProvider() != null) ? client.getProvider() : fallback;
		if (provider == null) {
			throw new FailureAnalyzedException(
					"'%s.provider' is not set, and there is no single provider to take instead.".formatted(source),
					"Set it to one of %s: the one whose protocol the server speaks."
						.formatted(Arrays.stream(Provider.values()).map(Provider::id).toList()));
		}
		return provider;
	}

	/**
	 * Make a client. Called by a bean definition.
	 * @param name the client's name
	 * @param model the client's model
	 * @return the client
	 */
	ChatClient client(String name, ChatModel model) {
		LlmClientProperties client = properties(name);
		Integer batchConcurrency = client.getBatchConcurrency();
		return this.clients
			.builder(model, options(client),
					(batchConcurrency != null) ? batchConcurrency : this.chatProperties.getBatchConcurrency(), client,
					this.chatProperties)
			.build();
	}

	private LlmClientProperties properties(String name) {
		return Objects.requireNonNull(this.properties.getClients().get(name),
				() -> "No properties '%s.%s'".formatted(PREFIX, name));
	}

	private ChatOptions options(LlmClientProperties client) {
		ChatOptions defaults = this.chatProperties.toOptions();
		if (client.getBaseUrl() != null || isOfAnotherProvider(client)) {
			// There are other models, and other fields of requests
			defaults = ChatOptions.builder()
				.maxTokens(defaults.maxTokens())
				.temperature(defaults.temperature())
				.topP(defaults.topP())
				.stopSequences(defaults.stopSequences())
				.seed(defaults.seed())
				.streaming(defaults.streaming())
				.parallelToolCalls(defaults.parallelToolCalls())
				.build();
		}
		return defaults.with(client.toOptions());
	}

	private boolean isOfAnotherProvider(LlmClientProperties client) {
		return client.getProvider() != null && client.getProvider() != this.connections.getObject().fallback();
	}

}
