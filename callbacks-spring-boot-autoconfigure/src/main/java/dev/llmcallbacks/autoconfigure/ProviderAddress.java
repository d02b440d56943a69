package dev.llmcallbacks.autoconfigure;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.util.StringUtils;

import dev.llmcallbacks.autoconfigure.LlmChatProperties.Provider;

/**
 * Where a provider is reached, and with which key. Messages hold neither the key nor the
 * URL, for people put keys into URLs.
 *
 * @param baseUrl the base URL
 * @param apiKey the key, or {@code null} for a server that wants none
 * @param headers further headers of each request
 */
record ProviderAddress(String baseUrl, @Nullable String apiKey, Map<String, String> headers) {

	/**
	 * Make an address, if it can be one.
	 * @param provider the provider
	 * @param source what the properties of the URL and the key begin with
	 * @param baseUrl the base URL
	 * @param apiKey the key
	 * @param headers further headers
	 * @return the address
	 */
	static ProviderAddress of(Provider provider, String source, String baseUrl, @Nullable String apiKey,
			Map<String, String> headers) {
		String host = host(provider, source, baseUrl);
		String key = (apiKey != null && !apiKey.isBlank()) ? apiKey.strip() : null;
		String property = source + ".api-key";
		if (key == null && provider.host().equalsIgnoreCase(host)) {
			throw new FailureAnalyzedException("'%s' is not set, and %s wants a key.".formatted(property, host),
					"Set '%s', or set '%s.base-url' to a server that wants none.".formatted(property, source));
		}
		if (key != null && !isKey(key)) {
			throw new FailureAnalyzedException("'%s' refers to something that is not set.".formatted(property),
					"Set what it refers to, for example the environment variable. If %s wants no key, ".formatted(host)
							+ "remove the property.");
		}
		return new ProviderAddress(baseUrl.strip(), key, Map.copyOf(headers));
	}

	private static String host(Provider provider, String source, String baseUrl) {
		try {
			URI uri = new URI(baseUrl.strip());
			if (uri.getHost() != null && List.of("http", "https").contains(uri.getScheme())) {
				return uri.getHost();
			}
		}
		catch (URISyntaxException ex) {
			// Its message quotes the URL
		}
		throw new FailureAnalyzedException("The value of '%s.base-url' is not an absolute URL.".formatted(source),
				"Let it begin with 'https://' or 'http://' and a host, as in 'https://%s'.".formatted(provider.host()));
	}

	/**
	 * Whether a value can be a key. A placeholder that nothing was found for is none; the
	 * binder leaves such ones as they are.
	 * @param value the value
	 * @return whether it can be sent
	 */
	static boolean isKey(@Nullable String value) {
		return StringUtils.hasText(value) && !value.contains("${");
	}

	@Override
	public String toString() {
		return (this.apiKey != null) ? "an address with a key" : "an address without a key";
	}

}
