package dev.llmcallbacks.provider.openai;

import java.util.List;
import java.util.Map;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ModelProvider;
import dev.llmcallbacks.provider.ChatEndpoint;
import dev.llmcallbacks.provider.ChatModelBuilder;

/**
 * The chat models of OpenAI, and of every server that speaks its Chat Completions
 * protocol. Events of a stream are decoded on the thread that received them.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/chat">OpenAI API
 * reference: chat completions</a>
 */
public final class OpenAiChatModel implements ChatModel {

	private static final String PROVIDER = "openai";

	private static final String OWN_HOST = "api.openai.com";

	private final ChatEndpoint endpoint;

	private final OpenAiRequests requests;

	private final ChatOptions defaultOptions;

	private OpenAiChatModel(ChatEndpoint endpoint, OpenAiRequests requests, ChatOptions defaultOptions) {
		this.endpoint = endpoint;
		this.requests = requests;
		this.defaultOptions = defaultOptions;
	}

	/**
	 * Return a builder.
	 * @return a builder for OpenAI's own URL, without a key
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * {@inheritDoc} The answer is complete with {@code [DONE]}, or with a finish reason
	 * of every choice and the end of the connection.
	 */
	@Override
	public Flux<ChatChunk> stream(ChatRequest request) {
		return this.endpoint.stream(() -> this.requests.write(request, true), OpenAiDecoder::new);
	}

	@Override
	public Flux<List<ChatChunk>> streamInBursts(ChatRequest request) {
		return this.endpoint.streamInBursts(() -> this.requests.write(request, true), OpenAiDecoder::new);
	}

	@Override
	public Mono<ChatResponse> call(ChatRequest request) {
		return this.endpoint.call(() -> this.requests.write(request, false), OpenAiDecoder::new);
	}

	@Override
	public ChatOptions defaultOptions() {
		return this.defaultOptions;
	}

	@Override
	public ModelProvider provider() {
		return this.endpoint.provider();
	}

	@Override
	public String toString() {
		return "OpenAiChatModel[" + this.endpoint + "]";
	}

	/**
	 * Builds an {@link OpenAiChatModel}.
	 */
	public static final class Builder extends ChatModelBuilder<Builder> {

		private boolean streamUsage = true;

		private Builder() {
			super("https://" + OWN_HOST + "/v1");
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
		 * Build the model.
		 * @return the model
		 * @throws IllegalArgumentException if the base URL is no URL
		 */
		public OpenAiChatModel build() {
			String key = apiKey();
			ChatEndpoint endpoint = endpoint(PROVIDER, "/chat/completions",
					(key != null) ? Map.of("Authorization", "Bearer " + key) : Map.of());
			OpenAiRequests requests = new OpenAiRequests(defaultOptions(), endpoint.isOn(OWN_HOST), this.streamUsage,
					endpoint::missingModel);
			return new OpenAiChatModel(endpoint, requests, defaultOptions());
		}

		@Override
		protected Builder self() {
			return this;
		}

	}

}
