package dev.llmcallbacks.provider;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.core.log.LogMessage;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.util.UriComponentsBuilder;

import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.run.PrintableText;

/**
 * Base class of the builders of chat models.
 *
 * @param <B> the builder itself
 */
public abstract class ChatModelBuilder<B extends ChatModelBuilder<B>> {

	private static final Log logger = LogFactory.getLog(ChatModelBuilder.class);

	private static final int DEFAULT_MAX_EVENT_SIZE = 1024 * 1024;

	private static final int LONGEST_NAME = 100;

	private static final String AUTHORIZATION = "Authorization";

	private static final Pattern LOOPBACK = Pattern
		.compile("(?i)(.+\\.)?localhost|127(\\.[0-9]{1,3}){3}|\\[(::|(0+:){7})0*1\\]");

	private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

	private final Map<String, String> headers = new LinkedHashMap<>();

	private WebClient.@Nullable Builder webClientBuilder;

	private @Nullable ProviderHeaders providerHeaders;

	private String baseUrl;

	private @Nullable String apiKey;

	private ChatOptions defaultOptions = ChatOptions.NONE;

	private int maxEventSize = DEFAULT_MAX_EVENT_SIZE;

	private int maxAnswerSize = ResponseLimits.DEFAULT_MAX_TEXT;

	/**
	 * Create a builder.
	 * @param baseUrl the provider's own base URL
	 */
	protected ChatModelBuilder(String baseUrl) {
		this.baseUrl = baseUrl;
	}

	/**
	 * Set the builder of the HTTP client. It is copied, never changed.
	 * @param webClientBuilder the builder; by default one whose connections are pooled
	 * without a limit
	 * @return this builder
	 */
	public B webClientBuilder(WebClient.Builder webClientBuilder) {
		this.webClientBuilder = webClientBuilder.clone();
		return self();
	}

	/**
	 * Set the URL of the provider, or of a server that speaks its protocol. A request is
	 * never redirected to another scheme, host or port.
	 * @param baseUrl an absolute {@code http} or {@code https} URL, with or without a
	 * slash at its end. User and password in it are sent as basic authentication, unless
	 * there is another {@code Authorization} header
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
	 * @throws IllegalArgumentException if a header cannot hold the key, as there is a
	 * line break in it
	 */
	public B apiKey(@Nullable String apiKey) {
		this.apiKey = (apiKey != null && !apiKey.isBlank()) ? apiKey.strip() : null;
		if (this.apiKey != null) {
			requireHeaderValue("The API key", this.apiKey);
		}
		return self();
	}

	/**
	 * Add headers to every request. They replace those of the protocol. Their values are
	 * masked in messages if they are longer than seven characters, or secret by their
	 * name.
	 * @param headers the values by name
	 * @return this builder
	 * @throws IllegalArgumentException if a name or a value cannot be sent, as there is a
	 * line break in it
	 */
	public B headers(Map<String, String> headers) {
		headers.forEach(ChatModelBuilder::requireHeader);
		this.headers.putAll(headers);
		return self();
	}

	/**
	 * Set what provides further headers for each request.
	 * @param providerHeaders provides the headers, which replace all others of the same
	 * name
	 * @return this builder
	 */
	public B headers(ProviderHeaders providerHeaders) {
		this.providerHeaders = Objects.requireNonNull(providerHeaders, "'providerHeaders' must not be null");
		return self();
	}

	static void requireHeader(String name, String value) {
		if (!HEADER_NAME.matcher(name).matches()) {
			throw new IllegalArgumentException("The name of a header has a character that is not allowed in it: '%s'"
				.formatted(PrintableText.of(name, LONGEST_NAME)));
		}
		requireHeaderValue("The value of the header '" + name + "'", value);
	}

	// Does not quote the value, which may be a secret
	private static void requireHeaderValue(String what, String value) {
		int control = IntStream.range(0, value.length())
			.filter((i) -> Character.isISOControl(value.charAt(i)) && value.charAt(i) != '\t')
			.findFirst()
			.orElse(-1);
		if (control >= 0) {
			throw new IllegalArgumentException(
					"%s has a line break or another control character at position %d, so that it cannot be sent; remove it"
						.formatted(what, control + 1));
		}
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
	 * Set how much text an answer may have; more fails the call. Text, reasoning and
	 * arguments of tool calls are counted.
	 * @param characters the size in characters; 16 Mi by default
	 * @return this builder
	 */
	public B maxAnswerSize(int characters) {
		if (characters < 1) {
			throw new IllegalArgumentException("'maxAnswerSize' must be positive, but is " + characters);
		}
		this.maxAnswerSize = characters;
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
	 * Return the host of the base URL.
	 * @return the host's name
	 * @throws IllegalArgumentException if the base URL is not a URL
	 */
	protected final String host() {
		return uri("").getHost();
	}

	/**
	 * Create the endpoint.
	 * @param provider the provider's name
	 * @param path the path below the base URL, beginning with a slash
	 * @param protocolHeaders the headers of the provider's protocol
	 * @param keyHeaders those of them that hold the key
	 * @return the endpoint
	 * @throws IllegalArgumentException if the base URL is not a URL
	 */
	protected final ChatEndpoint endpoint(String provider, String path, Map<String, String> protocolHeaders,
			Map<String, String> keyHeaders) {
		URI uri = uri(path);
		Map<String, String> secret = new LinkedHashMap<>(keyHeaders);
		replace(secret, this.headers);
		if (uri.getRawUserInfo() != null && secret.keySet().stream().noneMatch(AUTHORIZATION::equalsIgnoreCase)) {
			secret.put(AUTHORIZATION, "Basic " + HttpHeaders.encodeBasicAuth(userOf(uri), passwordOf(uri), null));
		}
		warnOfPlainHttp(provider, uri, secret);
		Map<String, String> all = new LinkedHashMap<>(protocolHeaders);
		replace(all, secret);
		WebClient.Builder webClient = (this.webClientBuilder != null) ? this.webClientBuilder
				: ConnectionPool.webClientBuilder();
		return new ChatEndpoint(provider, withoutUser(uri), all, this.providerHeaders, SecretMasker.of(uri, secret),
				this.maxEventSize, this.maxAnswerSize, webClient);
	}

	private void warnOfPlainHttp(String provider, URI uri, Map<String, String> headers) {
		boolean secret = this.apiKey != null || this.providerHeaders != null || uri.getRawUserInfo() != null
				|| headers.keySet().stream().anyMatch(SecretMasker::isSecretName);
		if (secret && "http".equalsIgnoreCase(uri.getScheme()) && !LOOPBACK.matcher(uri.getHost()).matches()) {
			logger.warn(LogMessage.format(
					"The base URL of %s begins with 'http://': keys, prompts and responses are "
							+ "sent to '%s' unencrypted. Use 'https://' unless the network is trusted.",
					provider, PrintableText.of(uri.getHost(), LONGEST_NAME)));
		}
	}

	private static void replace(Map<String, String> headers, Map<String, String> others) {
		others.forEach((name, value) -> {
			headers.keySet().removeIf(name::equalsIgnoreCase);
			headers.put(name, value);
		});
	}

	private static String userOf(URI uri) {
		String userInfo = uri.getUserInfo();
		int colon = userInfo.indexOf(':');
		return (colon >= 0) ? userInfo.substring(0, colon) : userInfo;
	}

	private static String passwordOf(URI uri) {
		String userInfo = uri.getUserInfo();
		return userInfo.substring(userInfo.indexOf(':') + 1);
	}

	private static URI withoutUser(URI uri) {
		return UriComponentsBuilder.fromUri(uri).userInfo(null).build(true).toUri();
	}

	private URI uri(String path) {
		URI uri;
		try {
			URI base = URI.create(baseUrl());
			boolean complete = base.getPath() != null && base.getPath().endsWith(path);
			uri = UriComponentsBuilder.fromUri(base).path(complete ? "" : path).build(true).toUri();
		}
		catch (IllegalArgumentException | IllegalStateException ex) {
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
