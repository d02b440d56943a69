package dev.llmcallbacks.autoconfigure;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Adapts {@link ProviderProperties} to {@link LlmConnectionDetails}.
 */
abstract class PropertiesConnectionDetails implements LlmConnectionDetails {

	private final ProviderProperties properties;

	PropertiesConnectionDetails(ProviderProperties properties) {
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

	@Override
	public Map<String, String> getHeaders() {
		return this.properties.getHeaders();
	}

	/**
	 * Adapts {@link OpenAiProperties}.
	 */
	static final class OpenAi extends PropertiesConnectionDetails implements OpenAiConnectionDetails {

		OpenAi(OpenAiProperties properties) {
			super(properties);
		}

	}

	/**
	 * Adapts {@link AnthropicProperties}.
	 */
	static final class Anthropic extends PropertiesConnectionDetails implements AnthropicConnectionDetails {

		Anthropic(AnthropicProperties properties) {
			super(properties);
		}

	}

}
