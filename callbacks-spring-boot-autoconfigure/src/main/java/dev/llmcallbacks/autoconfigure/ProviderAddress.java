package dev.llmcallbacks.autoconfigure;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

import dev.llmcallbacks.autoconfigure.LlmChatProperties.Provider;

/**
 * Where a provider is reached, and with which key. Messages hold neither the key nor the
 * URL, for people put keys into URLs.
 *
 * @param baseUrl the base URL
 * @param apiKey the key, or {@code null} for a server that wants none
 */
record ProviderAddress(String baseUrl, @Nullable String apiKey) {

	static ProviderAddress of(Provider provider, String baseUrl, @Nullable String apiKey) {
		String host = host(provider, baseUrl);
		String key = (apiKey != null && !apiKey.isBlank()) ? apiKey.strip() : null;
		String property = provider.prefix() + ".api-key";
		if (key == null && provider.host().equalsIgnoreCase(host)) {
			throw new FailureAnalyzedException("'%s' is not set, and %s wants a key.".formatted(property, host),
					"Set '%s', or set '%s.base-url' to a server that wants none.".formatted(property,
							provider.prefix()));
		}
		if (key != null && isUnresolved(key)) {
			throw new FailureAnalyzedException("'%s' refers to something that is not set.".formatted(property),
					"Set what it refers to, for example the environment variable. If %s wants no key, ".formatted(host)
							+ "remove the property.");
		}
		return new ProviderAddress(baseUrl.strip(), key);
	}

	private static String host(Provider provider, String baseUrl) {
		try {
			URI uri = new URI(baseUrl.strip());
			if (uri.getHost() != null && List.of("http", "https").contains(uri.getScheme())) {
				return uri.getHost();
			}
		}
		catch (URISyntaxException ex) {
			// Its message quotes the URL
		}
		throw new FailureAnalyzedException(
				"The value of '%s.base-url' is not an absolute URL.".formatted(provider.prefix()),
				"Let it begin with 'https://' or 'http://' and a host, as in 'https://%s'.".formatted(provider.host()));
	}

	/**
	 * Whether a value is a placeholder that nothing was found for; the binder leaves such
	 * ones as they are.
	 * @param value the value
	 * @return whether it is not the value that was meant
	 */
	static boolean isUnresolved(String value) {
		return value.contains("${");
	}

	@Override
	public String toString() {
		return (this.apiKey != null) ? "an address with a key" : "an address without a key";
	}

}
