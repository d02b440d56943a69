package dev.llmcallbacks.provider.anthropic;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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
 * The chat models of Anthropic, and of every server that speaks its Messages protocol.
 * Events of a stream are decoded on the thread that received them.
 *
 * @see <a href="https://docs.anthropic.com/en/api/messages">Anthropic API reference:
 * messages</a>
 */
public final class AnthropicChatModel implements ChatModel {

	private static final String PROVIDER = "anthropic";

	private final ChatEndpoint endpoint;

	private final AnthropicRequests requests;

	private final ChatOptions defaultOptions;

	private AnthropicChatModel(ChatEndpoint endpoint, AnthropicRequests requests, ChatOptions defaultOptions) {
		this.endpoint = endpoint;
		this.requests = requests;
		this.defaultOptions = defaultOptions;
	}

	/**
	 * Return a builder.
	 * @return a builder for Anthropic's own URL, without a key
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * {@inheritDoc} The answer is complete with {@code message_stop}.
	 */
	@Override
	public Flux<ChatChunk> stream(ChatRequest request) {
		return this.endpoint.stream(() -> this.requests.write(request, true), AnthropicDecoder::new);
	}

	@Override
	public Flux<List<ChatChunk>> streamInBursts(ChatRequest request) {
		return this.endpoint.streamInBursts(() -> this.requests.write(request, true), AnthropicDecoder::new);
	}

	@Override
	public Mono<ChatResponse> call(ChatRequest request) {
		return this.endpoint.call(() -> this.requests.write(request, false), AnthropicDecoder::new);
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
		return "AnthropicChatModel[" + this.endpoint + "]";
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
		 * @throws IllegalArgumentException if the base URL is no URL
		 */
		public AnthropicChatModel build() {
			Map<String, String> headers = new LinkedHashMap<>();
			headers.put("anthropic-version", this.version);
			String key = apiKey();
			if (key != null) {
				headers.put("x-api-key", key);
			}
			String path = baseUrl().endsWith("/v1") ? "/messages" : "/v1/messages";
			ChatEndpoint endpoint = endpoint(PROVIDER, path, headers);
			AnthropicRequests requests = new AnthropicRequests(defaultOptions(), endpoint::missingModel);
			return new AnthropicChatModel(endpoint, requests, defaultOptions());
		}

		@Override
		protected Builder self() {
			return this;
		}

	}

}
