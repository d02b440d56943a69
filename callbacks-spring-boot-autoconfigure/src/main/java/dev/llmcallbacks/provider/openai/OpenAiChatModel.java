package dev.llmcallbacks.provider.openai;

import java.util.Map;
import java.util.Objects;

import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.provider.ChatEndpoint;
import dev.llmcallbacks.provider.ChatModelBuilder;
import dev.llmcallbacks.provider.HttpChatModel;

/**
 * Chat models of OpenAI, and of every server that speaks its Chat Completions protocol. A
 * stream is complete with {@code [DONE]}, or with a finish reason of every choice and the
 * end of the connection.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/chat">OpenAI API
 * reference: chat completions</a>
 */
public final class OpenAiChatModel extends HttpChatModel {

	private static final String PROVIDER = "openai";

	private static final String PROTOCOL = "openai-chat-completions";

	private OpenAiChatModel(ChatEndpoint endpoint, OpenAiRequests requests, String origin, ChatOptions defaultOptions) {
		super(endpoint, requests, (limits) -> new OpenAiDecoder(limits, origin), defaultOptions);
	}

	/**
	 * Return a builder.
	 * @return a builder for OpenAI's own URL, without a key
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Builds an {@link OpenAiChatModel}.
	 */
	public static final class Builder extends ChatModelBuilder<Builder> {

		private boolean streamUsage = true;

		private MaxTokensField maxTokensField = MaxTokensField.AUTO;

		private Builder() {
			super("https://api.openai.com/v1");
		}

		/**
		 * Set whether streams are asked to end with the usage
		 * ({@code stream_options.include_usage}), which some servers refuse.
		 * @param streamUsage whether to ask; {@code true} by default
		 * @return this builder
		 */
		public Builder streamUsage(boolean streamUsage) {
			this.streamUsage = streamUsage;
			return this;
		}

		/**
		 * Set the field of the request that holds the maximum number of tokens.
		 * @param maxTokensField the field; selected by the host by default
		 * @return this builder
		 */
		public Builder maxTokensField(MaxTokensField maxTokensField) {
			this.maxTokensField = Objects.requireNonNull(maxTokensField, "'maxTokensField' must not be null");
			return this;
		}

		/**
		 * Build the model.
		 * @return the model
		 * @throws IllegalArgumentException if the base URL is not a URL
		 */
		public OpenAiChatModel build() {
			String key = apiKey();
			ChatEndpoint endpoint = endpoint(PROVIDER, "/chat/completions", Map.of(),
					(key != null) ? Map.of("Authorization", "Bearer " + key) : Map.of());
			String origin = endpoint.kind(PROTOCOL);
			OpenAiRequests requests = new OpenAiRequests(defaultOptions(),
					this.maxTokensField.nameOn(OpenAiHost.of(endpoint.host())), this.streamUsage, origin,
					endpoint::missingModel);
			return new OpenAiChatModel(endpoint, requests, origin, defaultOptions());
		}

		@Override
		protected Builder self() {
			return this;
		}

	}

}
