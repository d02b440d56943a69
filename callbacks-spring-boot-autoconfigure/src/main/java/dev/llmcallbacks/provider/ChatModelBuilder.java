package dev.llmcallbacks.provider;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.util.UriComponentsBuilder;

import dev.llmcallbacks.message.ChatOptions;

/**
 * What the builders of all providers' chat models have in common.
 *
 * @param <B> the builder itself
 */
public abstract class ChatModelBuilder<B extends ChatModelBuilder<B>> {

	private static final int DEFAULT_MAX_EVENT_SIZE = 1024 * 1024;

	private final Map<String, String> headers = new LinkedHashMap<>();

	private WebClient.Builder webClientBuilder = WebClient.builder();

	private String baseUrl;

	private @Nullable String apiKey;

	private ChatOptions defaultOptions = ChatOptions.NONE;

	private int maxEventSize = DEFAULT_MAX_EVENT_SIZE;

	/**
	 * Create a builder.
	 * @param baseUrl the provider's own base URL
	 */
	protected ChatModelBuilder(String baseUrl) {
		this.baseUrl = baseUrl;
	}

	/**
	 * Set what the HTTP client is built from. The builder is copied, never changed.
	 * @param webClientBuilder the builder; {@code WebClient.builder()} by default
	 * @return this builder
	 */
	public B webClientBuilder(WebClient.Builder webClientBuilder) {
		this.webClientBuilder = webClientBuilder.clone();
		return self();
	}

	/**
	 * Set where the provider, or a server that speaks its protocol, is to be found.
	 * @param baseUrl an absolute {@code http} or {@code https} URL, with or without a
	 * slash at its end
	 * @return this builder
	 */
	public B baseUrl(String baseUrl) {
		this.baseUrl = Objects.requireNonNull(baseUrl, "'baseUrl' must not be null");
		return self();
	}

	/**
	 * Set the API key.
	 * @param apiKey the key, or {@code null} or blank for a server that needs none
	 * @return this builder
	 */
	public B apiKey(@Nullable String apiKey) {
		this.apiKey = (apiKey != null && !apiKey.isBlank()) ? apiKey.strip() : null;
		return self();
	}

	/**
	 * Add headers to every request. They win over those of the protocol.
	 * @param headers the values by name
	 * @return this builder
	 */
	public B headers(Map<String, String> headers) {
		this.headers.putAll(headers);
		return self();
	}

	/**
	 * Set the options for what a request leaves open.
	 * @param defaultOptions the lowest level of options
	 * @return this builder
	 */
	public B defaultOptions(ChatOptions defaultOptions) {
		this.defaultOptions = Objects.requireNonNull(defaultOptions, "'defaultOptions' must not be null");
		return self();
	}

	/**
	 * Set how large one event of a stream may be; a larger one fails the call. An answer
	 * that is not streamed may be sixteen times as large.
	 * @param bytes the size in bytes; 1 MiB by default
	 * @return this builder
	 */
	public B maxEventSize(int bytes) {
		if (bytes < 1) {
			throw new IllegalArgumentException("'maxEventSize' must be positive, but is " + bytes);
		}
		this.maxEventSize = bytes;
		return self();
	}

	/**
	 * Return the API key.
	 * @return the key, or {@code null} when there is none
	 */
	protected final @Nullable String apiKey() {
		return this.apiKey;
	}

	/**
	 * Return the options for what a request leaves open.
	 * @return the options
	 */
	protected final ChatOptions defaultOptions() {
		return this.defaultOptions;
	}

	/**
	 * Return the base URL.
	 * @return the URL without slashes at its end
	 */
	protected final String baseUrl() {
		return this.baseUrl.strip().replaceAll("/+$", "");
	}

	/**
	 * Make the endpoint.
	 * @param provider the provider's name
	 * @param path the path below the base URL, beginning with a slash
	 * @param protocolHeaders the headers of the provider's protocol
	 * @return the endpoint
	 * @throws IllegalArgumentException if the base URL is none
	 */
	protected final ChatEndpoint endpoint(String provider, String path, Map<String, String> protocolHeaders) {
		Map<String, String> all = new LinkedHashMap<>(protocolHeaders);
		this.headers.forEach((name, value) -> {
			all.keySet().removeIf(name::equalsIgnoreCase);
			all.put(name, value);
		});
		return new ChatEndpoint(provider, uri(path), all, this.maxEventSize, this.webClientBuilder.build());
	}

	private URI uri(String path) {
		URI uri;
		try {
			uri = UriComponentsBuilder.fromUri(URI.create(baseUrl())).path(path).build(true).toUri();
		}
		catch (IllegalArgumentException ex) {
			throw invalidBaseUrl();
		}
		if (uri.getHost() == null
				|| !("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()))) {
			throw invalidBaseUrl();
		}
		return uri;
	}

	// Does not quote the URL: people put keys into its query.
	private static IllegalArgumentException invalidBaseUrl() {
		return new IllegalArgumentException(
				"The base URL must be an absolute http or https URL, such as 'https://host/v1'");
	}

	/**
	 * Return this builder.
	 * @return this builder
	 */
	protected abstract B self();

}
