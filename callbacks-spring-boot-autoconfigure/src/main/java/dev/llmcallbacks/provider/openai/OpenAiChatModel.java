package dev.llmcallbacks.provider.openai;

import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.provider.ChatChunkDecoder;
import dev.llmcallbacks.provider.ChatEndpoint;
import dev.llmcallbacks.provider.ChatModelBuilder;
import dev.llmcallbacks.provider.HttpChatModel;
import dev.llmcallbacks.provider.ResponseLimits;

/**
 * Chat models of OpenAI, and of every server that speaks its Responses or its Chat
 * Completions protocol. A stream of the first is complete with {@code response.completed}
 * or {@code response.incomplete}; a stream of the second with {@code [DONE]}, or with a
 * finish reason of every choice and the end of the connection.
 *
 * @see OpenAiApi
 * @see <a href="https://platform.openai.com/docs/api-reference/responses">OpenAI API
 * reference: responses</a>
 * @see <a href="https://platform.openai.com/docs/api-reference/chat">OpenAI API
 * reference: chat completions</a>
 */
public final class OpenAiChatModel extends HttpChatModel {

	static final String PROVIDER = "openai";

	private OpenAiChatModel(ChatEndpoint endpoint, RequestWriter requests,
			Function<ResponseLimits, ChatChunkDecoder> decoder, ChatOptions defaultOptions) {
		super(endpoint, requests, decoder, defaultOptions);
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

		private StructuredOutput structuredOutput = StructuredOutput.AUTO;

		private @Nullable OpenAiApi api;

		private Builder() {
			super("https://api.openai.com/v1");
		}

		/**
		 * Set the protocol.
		 * @param api the protocol; by default {@link OpenAiApi#RESPONSES} on OpenAI's own
		 * hosts and {@link OpenAiApi#CHAT_COMPLETIONS} on all others
		 * @return this builder
		 */
		public Builder api(@Nullable OpenAiApi api) {
			this.api = api;
			return this;
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
		 * Set how the server is asked for an answer of a schema with Chat Completions.
		 * @param structuredOutput the way; {@link StructuredOutput#AUTO} by default
		 * @return this builder
		 */
		public Builder structuredOutput(StructuredOutput structuredOutput) {
			this.structuredOutput = Objects.requireNonNull(structuredOutput, "'structuredOutput' must not be null");
			return this;
		}

		/**
		 * Build the model.
		 * @return the model
		 * @throws IllegalArgumentException if the base URL is not a URL
		 */
		public OpenAiChatModel build() {
			OpenAiApi selected = (this.api != null) ? this.api : OpenAiApi.on(OpenAiHost.of(host()));
			return switch (selected) {
				case RESPONSES -> responses();
				case CHAT_COMPLETIONS -> chatCompletions();
			};
		}

		private OpenAiChatModel responses() {
			ChatEndpoint endpoint = endpoint("/responses");
			String origin = endpoint.kind("openai-responses");
			return new OpenAiChatModel(endpoint, new ResponsesRequests(origin),
					(limits) -> new ResponsesDecoder(limits, origin), defaultOptions());
		}

		private OpenAiChatModel chatCompletions() {
			ChatEndpoint endpoint = endpoint("/chat/completions");
			String origin = endpoint.kind("openai-chat-completions");
			OpenAiHost host = OpenAiHost.of(endpoint.host());
			OpenAiRequests requests = new OpenAiRequests(this.maxTokensField.nameOn(host), this.streamUsage, origin,
					new OpenAiMedia(host), new JsonMode(this.structuredOutput, endpoint.host()));
			return new OpenAiChatModel(endpoint, requests, (limits) -> new OpenAiDecoder(limits, origin),
					defaultOptions());
		}

		private ChatEndpoint endpoint(String path) {
			String key = apiKey();
			return endpoint(PROVIDER, path, Map.of(),
					(key != null) ? Map.of("Authorization", "Bearer " + key) : Map.of());
		}

		@Override
		protected Builder self() {
			return this;
		}

	}

}
