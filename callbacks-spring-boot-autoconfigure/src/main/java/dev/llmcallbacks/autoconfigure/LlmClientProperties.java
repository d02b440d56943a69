package dev.llmcallbacks.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.ChatOptions;

/**
 * Properties of a named chat client. What is not set is left to {@code callbacks.chat}
 * and to the provider.
 */
public class LlmClientProperties extends ChatOptionsProperties {

	/**
	 * Base URL of the client's own server. It is sent neither the provider's key nor its
	 * headers.
	 */
	private @Nullable String baseUrl;

	/**
	 * API key of the client's own.
	 */
	private @Nullable String apiKey;

	/**
	 * Additional headers of each request.
	 */
	private final Map<String, String> headers = new LinkedHashMap<>();

	/**
	 * Whether answers are streamed where a call leaves it open.
	 */
	private @Nullable Boolean streaming;

	/**
	 * Maximum number of runs of one batch at a time.
	 */
	private @Nullable Integer batchConcurrency;

	public @Nullable String getBaseUrl() {
		return this.baseUrl;
	}

	public void setBaseUrl(@Nullable String baseUrl) {
		this.baseUrl = baseUrl;
	}

	public @Nullable String getApiKey() {
		return this.apiKey;
	}

	public void setApiKey(@Nullable String apiKey) {
		this.apiKey = apiKey;
	}

	public Map<String, String> getHeaders() {
		return this.headers;
	}

	public @Nullable Boolean getStreaming() {
		return this.streaming;
	}

	public void setStreaming(@Nullable Boolean streaming) {
		this.streaming = streaming;
	}

	public @Nullable Integer getBatchConcurrency() {
		return this.batchConcurrency;
	}

	public void setBatchConcurrency(@Nullable Integer batchConcurrency) {
		if (batchConcurrency != null) {
			PropertyRange.check(batchConcurrency, 1, Integer.MAX_VALUE);
		}
		this.batchConcurrency = batchConcurrency;
	}

	ChatOptions toOptions() {
		return toOptions(this.streaming);
	}

	/**
	 * Whether the client has a model of its own. Otherwise it calls the application's,
	 * with options of its own.
	 * @return whether a provider, a server, a key or headers are given
	 */
	boolean hasConnection() {
		return getProvider() != null || this.baseUrl != null || this.apiKey != null || !this.headers.isEmpty();
	}

}
