package dev.llmcallbacks.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties for OpenAI, and for servers that speak its protocol.
 */
@ConfigurationProperties("callbacks.openai")
public class OpenAiProperties {

	/**
	 * API key.
	 */
	private @Nullable String apiKey;

	/**
	 * Base URL of the API.
	 */
	private String baseUrl = "https://api.openai.com/v1";

	/**
	 * Additional headers of each request.
	 */
	private final Map<String, String> headers = new LinkedHashMap<>();

	/**
	 * Whether to ask for the usage of tokens at the end of a stream. Some servers refuse
	 * the request field for it.
	 */
	private boolean streamUsage = true;

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

	public boolean isStreamUsage() {
		return this.streamUsage;
	}

	public void setStreamUsage(boolean streamUsage) {
		this.streamUsage = streamUsage;
	}

}
