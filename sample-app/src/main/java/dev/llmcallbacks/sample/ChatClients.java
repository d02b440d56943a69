package dev.llmcallbacks.sample;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

import dev.llmcallbacks.client.ChatClient;

/**
 * The clients of the configured providers, by the provider's name.
 */
public final class ChatClients {

	private final Map<String, ChatClient> clients;

	ChatClients(Map<String, ChatClient> clients) {
		this.clients = new LinkedHashMap<>(clients);
	}

	/**
	 * Return the client of a provider.
	 * @param provider the provider's name
	 * @return the client, if the provider is configured
	 */
	public Optional<ChatClient> find(String provider) {
		return Optional.ofNullable(this.clients.get(provider));
	}

	/**
	 * Do something with each client, one after the other.
	 * @param action takes the provider's name and the client
	 */
	public void forEach(BiConsumer<String, ChatClient> action) {
		this.clients.forEach(action);
	}

	/**
	 * Return the names of the configured providers.
	 * @return the names, as one text
	 */
	public String names() {
		return String.join(", ", this.clients.keySet());
	}

}
