package dev.llmcallbacks.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;

/**
 * Where a provider of chat models is reached, and with which key. A bean of one of the
 * sub-interfaces takes the place of the properties {@code base-url} and {@code api-key}
 * of its provider, both of them: a key from the properties is never sent to a server that
 * they do not name.
 */
public interface LlmConnectionDetails extends ConnectionDetails {

	/**
	 * Return the base URL.
	 * @return an absolute {@code http} or {@code https} URL
	 */
	String getBaseUrl();

	/**
	 * Return the API key.
	 * @return the key, or {@code null} for a server that wants none
	 */
	default @Nullable String getApiKey() {
		return null;
	}

}
