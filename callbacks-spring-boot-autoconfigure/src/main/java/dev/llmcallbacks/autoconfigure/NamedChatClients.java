package dev.llmcallbacks.autoconfigure;

import java.util.Arrays;
import java.util.Map;
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
	 * Make a client. Called by the bean definition of each.
	 * @param name the client's name
	 * @return the client
	 */
	ChatClient create(String name) {
		LlmClientProperties client = Objects.requireNonNull(this.properties.getClients().get(name),
				() -> "No properties '%s.%s'".formatted(PREFIX, name));
		ChatModel shared = client.hasConnection() ? null : this.chatModel.getIfUnique();
		return (shared != null) ? build(shared, client, this.chatProperties.toOptions()) : connect(name, client);
	}

	private ChatClient connect(String name, LlmClientProperties client) {
		ProviderConnections connections = this.connections.getObject();
		String source = PREFIX + "." + name;
		Provider fallback = connections.fallback();
		Provider provider = provider(source, client, fallback);
		ProviderAddress address = connections.address(provider, source, client);
		ChatOptions options = this.chatProperties.toOptions();
		if (provider != fallback || client.getBaseUrl() != null) {
			// Another provider, and another server, has other models and fields
			options = new ChatOptions(null, options.maxTokens(), options.temperature(), options.topP(),
					options.stopSequences(), options.seed(), options.streaming(), null, Map.of());
		}
		return build(this.models.getObject().create(provider, address, options.with(client.toOptions())), client,
				options);
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

	private ChatClient build(ChatModel model, LlmClientProperties client, ChatOptions defaults) {
		Integer batchConcurrency = client.getBatchConcurrency();
		return this.clients
			.builder(model, defaults.with(client.toOptions()),
					(batchConcurrency != null) ? batchConcurrency : this.chatProperties.getBatchConcurrency())
			.build();
	}

}
