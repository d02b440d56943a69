package dev.llmcallbacks.autoconfigure;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

import dev.llmcallbacks.autoconfigure.LlmChatProperties.Provider;
import dev.llmcallbacks.message.ChatOptions;

/**
 * Where providers are reached. Those with connection details are the configured ones.
 */
final class ProviderConnections {

	private final BeanFactory beanFactory;

	private final ProviderModels models;

	private final LlmChatProperties properties;

	ProviderConnections(BeanFactory beanFactory, ProviderModels models, LlmChatProperties properties) {
		this.beanFactory = beanFactory;
		this.models = models;
		this.properties = properties;
	}

	/**
	 * Return the provider that the application's model is of.
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
			throw new FailureAnalyzedException(
					"'callbacks.chat.provider' is '%s', but only %s is configured.".formatted(chosen.id(),
							prefixes(configured)),
					"Set '%1$s.api-key', or '%1$s.base-url' for a server that wants no key, ".formatted(chosen.prefix())
							+ "or choose another provider.");
		}
		return (chosen != null) ? chosen : configured.get(0);
	}

	/**
	 * Return the provider of whoever names none.
	 * @return the provider, or {@code null} if there is no telling
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
		boolean ofProperties = details instanceof PropertiesOpenAiConnectionDetails
				|| details instanceof PropertiesAnthropicConnectionDetails;
		String source = ofProperties ? provider.prefix() : provider.connectionDetails().getSimpleName();
		return ProviderAddress.of(provider, source, details.getBaseUrl(), details.getApiKey(),
				this.models.headers(provider));
	}

	/**
	 * Return where a named client reaches a provider. A server of its own gets nothing
	 * that was meant for the provider's.
	 * @param provider the provider
	 * @param source what the client's properties begin with
	 * @param client the client's properties
	 * @return the address
	 */
	ProviderAddress address(Provider provider, String source, LlmClientProperties client) {
		if (client.getBaseUrl() != null) {
			return ProviderAddress.of(provider, source, client.getBaseUrl(), client.getApiKey(), client.getHeaders());
		}
		LlmConnectionDetails details = details(provider);
		String baseUrl = (details != null) ? details.getBaseUrl() : this.models.baseUrl(provider);
		String apiKey = client.getApiKey();
		if (apiKey == null && details != null) {
			apiKey = details.getApiKey();
		}
		Map<String, String> headers = new HashMap<>(this.models.headers(provider));
		headers.putAll(client.getHeaders());
		return ProviderAddress.of(provider, source, baseUrl, apiKey, headers);
	}

	private @Nullable LlmConnectionDetails details(Provider provider) {
		return this.beanFactory.getBeanProvider(provider.connectionDetails()).getIfAvailable();
	}

}
