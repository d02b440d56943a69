package dev.llmcallbacks.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Configuration properties that all providers have in common.
 */
public abstract class ProviderProperties {

	/**
	 * API key.
	 */
	private @Nullable String apiKey;

	/**
	 * Additional headers of each request. They are sent to the server of these properties
	 * only.
	 */
	private final Map<String, String> headers = new LinkedHashMap<>();

	ProviderProperties() {
	}

	public @Nullable String getApiKey() {
		return this.apiKey;
	}

	public void setApiKey(@Nullable String apiKey) {
		this.apiKey = apiKey;
	}

	public abstract String getBaseUrl();

	public Map<String, String> getHeaders() {
		return this.headers;
	}

}
