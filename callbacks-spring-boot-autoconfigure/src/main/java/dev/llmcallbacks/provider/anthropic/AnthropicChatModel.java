package dev.llmcallbacks.provider.anthropic;

import java.util.Map;
import java.util.Objects;

import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.provider.ChatEndpoint;
import dev.llmcallbacks.provider.ChatModelBuilder;
import dev.llmcallbacks.provider.HttpChatModel;

/**
 * Chat models of Anthropic, and of every server that speaks its Messages protocol. A
 * stream is complete with {@code message_stop}.
 *
 * @see <a href="https://docs.anthropic.com/en/api/messages">Anthropic API reference:
 * messages</a>
 */
public final class AnthropicChatModel extends HttpChatModel {

	static final String PROVIDER = "anthropic";

	private static final String PROTOCOL = "anthropic-messages";

	private AnthropicChatModel(ChatEndpoint endpoint, AnthropicRequests requests, String origin,
			ChatOptions defaultOptions) {
		super(endpoint, requests, (limits) -> new AnthropicDecoder(limits, origin), defaultOptions);
	}

	/**
	 * Return a builder.
	 * @return a builder for Anthropic's own URL, without a key
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Builds an {@link AnthropicChatModel}.
	 */
	public static final class Builder extends ChatModelBuilder<Builder> {

		private String version = "2023-06-01";

		private Builder() {
			super("https://api.anthropic.com");
		}

		/**
		 * Set the version of the protocol, sent as {@code anthropic-version}.
		 * @param version the version; {@code 2023-06-01} by default
		 * @return this builder
		 */
		public Builder version(String version) {
			this.version = Objects.requireNonNull(version, "'version' must not be null");
			return this;
		}

		/**
		 * Build the model.
		 * @return the model
		 * @throws IllegalArgumentException if the base URL is not a URL
		 */
		public AnthropicChatModel build() {
			String key = apiKey();
			String path = baseUrl().endsWith("/v1") ? "/messages" : "/v1/messages";
			ChatEndpoint endpoint = endpoint(PROVIDER, path, Map.of("anthropic-version", this.version),
					(key != null) ? Map.of("x-api-key", key) : Map.of());
			String origin = endpoint.kind(PROTOCOL);
			AnthropicRequests requests = new AnthropicRequests(origin);
			return new AnthropicChatModel(endpoint, requests, origin, defaultOptions());
		}

		@Override
		protected Builder self() {
			return this;
		}

	}

}
