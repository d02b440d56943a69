package dev.llmcallbacks.autoconfigure;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;

/**
 * Details required to establish a connection to a provider of chat models. A bean of one
 * of the sub-interfaces replaces the properties {@code base-url}, {@code api-key} and
 * {@code headers} of its provider, all of them: keys and headers of the properties are
 * sent to the server that the properties name only.
 */
public interface LlmConnectionDetails extends ConnectionDetails {

	/**
	 * Return the base URL.
	 * @return an absolute {@code http} or {@code https} URL
	 */
	String getBaseUrl();

	/**
	 * Return the API key.
	 * @return the key, or {@code null} for a server that requires none
	 */
	default @Nullable String getApiKey() {
		return null;
	}

	/**
	 * Return additional headers of each request.
	 * @return the headers by their names; empty by default
	 */
	default Map<String, String> getHeaders() {
		return Map.of();
	}

}
