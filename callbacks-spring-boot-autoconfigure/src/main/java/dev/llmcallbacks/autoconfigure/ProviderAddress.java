package dev.llmcallbacks.autoconfigure;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.core.log.LogMessage;
import org.springframework.util.StringUtils;
import org.springframework.web.util.UriComponentsBuilder;

import dev.llmcallbacks.autoconfigure.LlmChatProperties.Provider;

/**
 * Base URL, key and headers of a provider's server. Messages contain neither the key nor
 * the URL, because people put keys into URLs.
 *
 * @param baseUrl the base URL
 * @param apiKey the key, or {@code null} for a server that requires none
 * @param headers additional headers of each request
 */
record ProviderAddress(String baseUrl, @Nullable String apiKey, Map<String, String> headers) {

	private static final Log logger = LogFactory.getLog(ProviderAddress.class);

	/**
	 * Create an address from configured values.
	 * @param provider the provider
	 * @param source the prefix of the properties
	 * @param baseUrl the base URL
	 * @param apiKey the key
	 * @param headers additional headers
	 * @return the address
	 * @throws FailureAnalyzedException if requests cannot be sent with these values
	 */
	static ProviderAddress of(Provider provider, String source, String baseUrl, @Nullable String apiKey,
			Map<String, String> headers) {
		URI uri = uri(provider, source, baseUrl);
		String key = (apiKey != null && !apiKey.isBlank()) ? apiKey.strip() : null;
		checkKey(provider, source, uri.getHost(), key);
		headers.forEach((name, value) -> checkHeader(source + ".headers." + name, value));
		warnOfSecretQuery(source, uri);
		return new ProviderAddress(baseUrl.strip(), key, Map.copyOf(headers));
	}

	private static URI uri(Provider provider, String source, String baseUrl) {
		URI uri = null;
		try {
			uri = new URI(baseUrl.strip());
		}
		catch (URISyntaxException ex) {
			// Its message quotes the URL
		}
		if (uri == null || uri.getHost() == null || !List.of("http", "https").contains(uri.getScheme())) {
			throw new FailureAnalyzedException("The value of '%s.base-url' is not an absolute URL.".formatted(source),
					"Let it begin with 'https://' or 'http://' and a host, as in 'https://%s'."
						.formatted(provider.host()));
		}
		if (uri.getUserInfo() != null) {
			throw new FailureAnalyzedException(
					"The value of '%s.base-url' contains a user before the host. It would not be sent, "
						.formatted(source) + "but would appear in traces.",
					"Remove the user and the password. If the server requires them, set the header "
							+ "'%s.headers.Authorization'.".formatted(source));
		}
		return uri;
	}

	private static void checkKey(Provider provider, String source, String host, @Nullable String key) {
		String property = source + ".api-key";
		if (key == null && provider.host().equalsIgnoreCase(host)) {
			throw new FailureAnalyzedException("'%s' is not set, and %s requires a key.".formatted(property, host),
					"Set '%s', or set '%s.base-url' to a server that requires none.".formatted(property, source));
		}
		if (key != null && !isKey(key)) {
			throw new FailureAnalyzedException(
					"'%s' refers to %s, which is not set.".formatted(property, UnresolvedKey.variable(key)),
					"Set it, for example as an environment variable. If %s requires no key, ".formatted(host)
							+ "remove the property.");
		}
		if (key != null) {
			checkHeader(property, key);
		}
	}

	// The HTTP client refuses such a value too, but not before the first call
	private static void checkHeader(String property, String value) {
		int invalid = (int) value.chars().takeWhile((next) -> next >= ' ' && next < 0x7F).count();
		if (invalid < value.length()) {
			boolean lineBreak = value.charAt(invalid) == '\n' || value.charAt(invalid) == '\r';
			throw new FailureAnalyzedException(
					"The value of '%s' contains %s after %d characters, which an HTTP header must not contain."
						.formatted(property, lineBreak ? "a line break" : "a character that is not ASCII", invalid),
					"Correct the value. If it is read from a file, make sure that the file has a single line.");
		}
	}

	private static void warnOfSecretQuery(String source, URI uri) {
		UriComponentsBuilder.fromUri(uri)
			.build()
			.getQueryParams()
			.keySet()
			.stream()
			.filter(SecretName::matches)
			.findFirst()
			.ifPresent((name) -> logger.warn(LogMessage.format(
					"The query of '%s.base-url' contains a parameter that looks like a secret. Servers and proxies log "
							+ "the URLs of requests; set a header in '%s.headers.*' instead if the server accepts one.",
					source, source)));
	}

	/**
	 * Return whether a value can be a key. An unresolved placeholder is not one; the
	 * binder leaves such values as they are.
	 * @param value the value
	 * @return whether it can be sent
	 */
	static boolean isKey(@Nullable String value) {
		return StringUtils.hasText(value) && UnresolvedKey.variable(value).isEmpty();
	}

	@Override
	public String toString() {
		return (this.apiKey != null) ? "an address with a key" : "an address without a key";
	}

}
