package dev.llmcallbacks.autoconfigure;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.core.env.Environment;

import dev.llmcallbacks.autoconfigure.LlmChatProperties.Provider;
import dev.llmcallbacks.message.ChatOptions;

/**
 * Selects the provider of the application's model, and determines the addresses of
 * providers. A provider is configured if it has connection details.
 */
final class ProviderConnections {

	private final BeanFactory beanFactory;

	private final Environment environment;

	private final ProviderModels models;

	private final LlmChatProperties properties;

	ProviderConnections(BeanFactory beanFactory, Environment environment, ProviderModels models,
			LlmChatProperties properties) {
		this.beanFactory = beanFactory;
		this.environment = environment;
		this.models = models;
		this.properties = properties;
	}

	/**
	 * Return the provider of the application's model.
	 * @return the provider
	 */
	Provider selected() {
		Provider chosen = this.properties.getProvider();
		List<Provider> configured = configured();
		if (chosen == null && configured.size() > 1) {
			throw new FailureAnalyzedException(
					"Several providers of chat models are configured, %s, and 'callbacks.chat.provider' does not say "
						.formatted(prefixes(configured)) + "which one to use.",
					"Set 'callbacks.chat.provider' to one of %s, or remove the API key and the base URL of the others."
						.formatted(configured.stream().map(Provider::id).toList()));
		}
		if (chosen != null && !configured.contains(chosen)) {
			String unresolved = UnresolvedKey.describe(chosen, this.environment);
			throw new FailureAnalyzedException(
					"'callbacks.chat.provider' is '%s', but only %s is configured%s.".formatted(chosen.id(),
							prefixes(configured), (unresolved != null) ? ": " + unresolved : ""),
					"Set '%1$s.api-key', or '%1$s.base-url' for a server that requires no key, "
						.formatted(chosen.prefix()) + "or choose another provider.");
		}
		return (chosen != null) ? chosen : configured.get(0);
	}

	/**
	 * Return the provider of clients that name none.
	 * @return the provider, or {@code null} if none is selected
	 */
	@Nullable Provider fallback() {
		Provider chosen = this.properties.getProvider();
		List<Provider> configured = configured();
		return (chosen == null && configured.size() == 1) ? configured.get(0) : chosen;
	}

	private List<Provider> configured() {
		return Arrays.stream(Provider.values()).filter((provider) -> details(provider) != null).toList();
	}

	private static List<String> prefixes(List<Provider> providers) {
		return providers.stream().map((provider) -> "'" + provider.prefix() + "'").toList();
	}

	/**
	 * Return the options of a provider's model. They belong to the provider that is
	 * selected: another one has other models.
	 * @param provider the provider
	 * @return the options
	 */
	ChatOptions options(Provider provider) {
		return (selected() == provider) ? this.properties.toOptions() : ChatOptions.NONE;
	}

	ProviderAddress address(Provider provider) {
		LlmConnectionDetails details = Objects.requireNonNull(details(provider));
		String source = (details instanceof PropertiesConnectionDetails) ? provider.prefix()
				: provider.connectionDetails().getSimpleName();
		return ProviderAddress.of(provider, source, details.getBaseUrl(), details.getApiKey(), details.getHeaders());
	}

	/**
	 * Return the address that a named client uses for a provider. A server of its own
	 * receives neither the key nor the headers of the provider; with a key of its own the
	 * client does not send headers of the provider that may hold another one.
	 * @param provider the provider
	 * @param source the prefix of the client's properties
	 * @param client the client's properties
	 * @return the address
	 */
	ProviderAddress address(Provider provider, String source, LlmClientProperties client) {
		if (client.getBaseUrl() != null) {
			return ProviderAddress.of(provider, source, client.getBaseUrl(), client.getApiKey(), client.getHeaders());
		}
		LlmConnectionDetails details = details(provider);
		String baseUrl = (details != null) ? details.getBaseUrl() : this.models.baseUrl(provider);
		Map<String, String> headers = new HashMap<>(
				(details != null) ? details.getHeaders() : this.models.headers(provider));
		String apiKey = client.getApiKey();
		if (apiKey != null) {
			headers.keySet().removeIf(SecretName::matches);
		}
		else if (details != null) {
			apiKey = details.getApiKey();
		}
		headers.putAll(client.getHeaders());
		return ProviderAddress.of(provider, source, baseUrl, apiKey, headers);
	}

	private @Nullable LlmConnectionDetails details(Provider provider) {
		return this.beanFactory.getBeanProvider(provider.connectionDetails()).getIfAvailable();
	}

}
