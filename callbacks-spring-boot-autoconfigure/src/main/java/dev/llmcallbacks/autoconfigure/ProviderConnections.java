package dev.llmcallbacks.autoconfigure;

import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

import dev.llmcallbacks.autoconfigure.LlmChatProperties.Provider;

/**
 * The providers that are configured, which are those with connection details.
 */
final class ProviderConnections {

	private final BeanFactory beanFactory;

	ProviderConnections(BeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * Return the provider that is asked unless somebody asks for another.
	 * @param chosen what the properties say of it
	 * @return the provider
	 */
	Provider select(@Nullable Provider chosen) {
		List<Provider> configured = Arrays.stream(Provider.values())
			.filter((provider) -> details(provider) != null)
			.toList();
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

	private static List<String> prefixes(List<Provider> providers) {
		return providers.stream().map((provider) -> "'" + provider.prefix() + "'").toList();
	}

	/**
	 * Return where a provider is reached.
	 * @param provider the provider
	 * @return its address, or {@code null} if it is not configured
	 */
	@Nullable ProviderAddress address(Provider provider) {
		LlmConnectionDetails details = details(provider);
		return (details != null) ? ProviderAddress.of(provider, details) : null;
	}

	private @Nullable LlmConnectionDetails details(Provider provider) {
		return this.beanFactory.getBeanProvider(provider.connectionDetails()).getIfAvailable();
	}

}
