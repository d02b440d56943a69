package dev.llmcallbacks.autoconfigure;

import org.jspecify.annotations.Nullable;

/**
 * The {@link AnthropicConnectionDetails} of {@link AnthropicProperties}.
 */
final class PropertiesAnthropicConnectionDetails implements AnthropicConnectionDetails {

	private final AnthropicProperties properties;

	PropertiesAnthropicConnectionDetails(AnthropicProperties properties) {
		this.properties = properties;
	}

	@Override
	public String getBaseUrl() {
		return this.properties.getBaseUrl();
	}

	@Override
	public @Nullable String getApiKey() {
		return this.properties.getApiKey();
	}

}
