package dev.llmcallbacks.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties for Anthropic, and for servers that speak its protocol.
 */
@ConfigurationProperties("callbacks.anthropic")
public class AnthropicProperties extends ProviderProperties {

	/**
	 * Base URL of the API. Must contain neither a user nor a key.
	 */
	private String baseUrl = "https://api.anthropic.com";

	/**
	 * Version of the API, sent as the 'anthropic-version' header.
	 */
	private String version = "2023-06-01";

	@Override
	public String getBaseUrl() {
		return this.baseUrl;
	}

	public void setBaseUrl(String baseUrl) {
		this.baseUrl = baseUrl;
	}

	public String getVersion() {
		return this.version;
	}

	public void setVersion(String version) {
		this.version = version;
	}

}
