package dev.llmcallbacks.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties for Anthropic, and for servers that speak its protocol.
 */
@ConfigurationProperties("callbacks.anthropic")
public class AnthropicProperties {

	/**
	 * API key.
	 */
	private @Nullable String apiKey;

	/**
	 * Base URL of the API.
	 */
	private String baseUrl = "https://api.anthropic.com";

	/**
	 * Additional headers of each request.
	 */
	private final Map<String, String> headers = new LinkedHashMap<>();

	/**
	 * Version of the API, sent as the 'anthropic-version' header.
	 */
	private String version = "2023-06-01";

	public @Nullable String getApiKey() {
		return this.apiKey;
	}

	public void setApiKey(@Nullable String apiKey) {
		this.apiKey = apiKey;
	}

	public String getBaseUrl() {
		return this.baseUrl;
	}

	public void setBaseUrl(String baseUrl) {
		this.baseUrl = baseUrl;
	}

	public Map<String, String> getHeaders() {
		return this.headers;
	}

	public String getVersion() {
		return this.version;
	}

	public void setVersion(String version) {
		this.version = version;
	}

}
