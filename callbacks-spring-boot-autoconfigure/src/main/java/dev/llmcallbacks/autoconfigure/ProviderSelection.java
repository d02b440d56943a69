package dev.llmcallbacks.autoconfigure;

import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

import dev.llmcallbacks.autoconfigure.LlmChatProperties.Provider;

/**
 * Which providers are configured, and which of them is asked.
 */
final class ProviderSelection {

	private ProviderSelection() {
	}

	/**
	 * Whether there is a key or a base URL. A key that refers to something that is not
	 * set is none: a configuration may name both providers' keys, and leave it to the
	 * environment which of them exists.
	 * @param provider the provider
	 * @param environment the environment
	 * @return whether the provider can be asked
	 */
	static boolean isConfigured(Provider provider, Environment environment) {
		String apiKey = property(provider, "api-key", environment);
		return (apiKey != null && !apiKey.isBlank() && !ProviderAddress.isUnresolved(apiKey))
				|| StringUtils.hasText(property(provider, "base-url", environment));
	}

	private static @Nullable String property(Provider provider, String name, Environment environment) {
		return Binder.get(environment).bind(provider.prefix() + "." + name, String.class).orElse(null);
	}

	static Provider select(@Nullable Provider chosen, Environment environment) {
		List<Provider> configured = Arrays.stream(Provider.values())
			.filter((provider) -> isConfigured(provider, environment))
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

}
