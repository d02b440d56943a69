package dev.llmcallbacks.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties for the HTTP connections to providers.
 */
@ConfigurationProperties("callbacks.http")
public class LlmHttpProperties {

	/**
	 * Maximum number of connections to each server of a provider, which is the number of
	 * calls at a time with HTTP/1.1. Not limited if not set.
	 */
	private @Nullable Integer maxConnections;

	public @Nullable Integer getMaxConnections() {
		return this.maxConnections;
	}

	public void setMaxConnections(@Nullable Integer maxConnections) {
		PropertyRange.check((maxConnections != null) ? maxConnections : 1, 1, Integer.MAX_VALUE);
		this.maxConnections = maxConnections;
	}

}
