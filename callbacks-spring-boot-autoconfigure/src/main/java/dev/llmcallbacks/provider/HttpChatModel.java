package dev.llmcallbacks.provider;

import java.util.List;
import java.util.function.Function;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.model.ModelProvider;

/**
 * Base class of the chat models that are called over HTTP: an endpoint, and a protocol
 * that writes requests and decodes responses. Events of a stream are decoded on the
 * thread that received them.
 */
public abstract class HttpChatModel implements ChatModel {

	private final ChatEndpoint endpoint;

	private final RequestWriter requests;

	private final Function<ResponseLimits, ChatChunkDecoder> decoder;

	private final ChatOptions defaultOptions;

	/**
	 * Create a model.
	 * @param endpoint where requests are posted
	 * @param requests writes requests
	 * @param decoder creates the decoder of a response
	 * @param defaultOptions the options for what a request leaves open
	 */
	protected HttpChatModel(ChatEndpoint endpoint, RequestWriter requests,
			Function<ResponseLimits, ChatChunkDecoder> decoder, ChatOptions defaultOptions) {
		this.endpoint = endpoint;
		this.requests = requests;
		this.decoder = decoder;
		this.defaultOptions = defaultOptions;
	}

	@Override
	public final Flux<ChatChunk> stream(ChatRequest request) {
		Flux<ChatChunk> chunks = this.endpoint.stream(request, () -> write(request, true), this.decoder);
		return hasFormat(request) ? chunks.onErrorResume((ex) -> isRewritten(request, ex), (ex) -> chunks) : chunks;
	}

	@Override
	public final Flux<List<ChatChunk>> streamInBursts(ChatRequest request) {
		Flux<List<ChatChunk>> bursts = this.endpoint.streamInBursts(request, () -> write(request, true), this.decoder);
		return hasFormat(request) ? bursts.onErrorResume((ex) -> isRewritten(request, ex), (ex) -> bursts) : bursts;
	}

	@Override
	public final Mono<ChatResponse> call(ChatRequest request) {
		Mono<ChatResponse> response = this.endpoint.call(request, () -> write(request, false), this.decoder);
		return hasFormat(request) ? response.onErrorResume((ex) -> isRewritten(request, ex), (ex) -> response)
				: response;
	}

	private boolean hasFormat(ChatRequest request) {
		return request.options().responseFormat() != null || this.defaultOptions.responseFormat() != null;
	}

	private boolean isRewritten(ChatRequest request, Throwable failure) {
		return failure instanceof ChatModelException refusal
				&& this.requests.canBeRewritten(effective(request), refusal);
	}

	private ChatRequest effective(ChatRequest request) {
		return new ChatRequest(request.messages(), this.defaultOptions.with(request.options()), request.tools());
	}

	private byte[] write(ChatRequest request, boolean stream) {
		ChatRequest effective = effective(request);
		ChatOptions options = effective.options();
		if (options.model() == null && !options.extraBody().containsKey("model")) {
			throw this.endpoint.missingModel();
		}
		RequestBody body = new RequestBody();
		body.put("model", options.model());
		this.requests.write(ToolCallIds.unique(effective), stream, body);
		return body.toBytes(options);
	}

	@Override
	public final ChatOptions defaultOptions() {
		return this.defaultOptions;
	}

	@Override
	public final ModelProvider provider() {
		return this.endpoint.provider();
	}

	@Override
	public final String toString() {
		return getClass().getSimpleName() + "[" + this.endpoint + "]";
	}

	/**
	 * Internal to the library: writes the requests of a protocol. Of the options, the
	 * model and the extra fields are written by the caller.
	 */
	@FunctionalInterface
	public interface RequestWriter {

		/**
		 * Write a request.
		 * @param request the request, whose options leave nothing open to defaults
		 * @param stream whether the response is to be streamed
		 * @param body takes the fields
		 */
		void write(ChatRequest request, boolean stream, RequestBody body);

		/**
		 * Whether a request that the server refused can be written in another way, which
		 * the next call of {@link #write} does.
		 * @param request the request
		 * @param refusal why it was refused
		 * @return whether to write and send it again; {@code false} by default
		 */
		default boolean canBeRewritten(ChatRequest request, ChatModelException refusal) {
			return false;
		}

	}

}
