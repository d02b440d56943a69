package dev.llmcallbacks.provider;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.util.UriComponentsBuilder;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.model.InvalidRequestException;
import dev.llmcallbacks.model.ModelProvider;
import dev.llmcallbacks.model.ProviderError;
import dev.llmcallbacks.provider.ChatChunkFlux.Exchange;

/**
 * Internal to the library: the URL of a provider to which chat requests are posted.
 * Bodies go out and come in as {@link DataBuffer}s, which nothing writes to a log. Safe
 * for use by any number of threads.
 */
public final class ChatEndpoint {

	private final String provider;

	private final URI uri;

	private final Origin origin;

	private final HttpHeaders headers;

	private final int maxEventSize;

	private final int maxAnswerSize;

	private final WebClient webClient;

	private final @Nullable ProviderHeaders providerHeaders;

	private final ExceptionTranslator exceptions;

	ChatEndpoint(String provider, URI uri, Map<String, String> headers, @Nullable ProviderHeaders providerHeaders,
			SecretMasker secrets, int maxEventSize, int maxAnswerSize, WebClient.Builder webClientBuilder) {
		this.provider = provider;
		this.uri = UriComponentsBuilder.fromUri(uri).replaceQuery(null).build(true).toUri();
		this.origin = Origin.of(uri);
		this.headers = new HttpHeaders();
		headers.forEach(this.headers::set);
		this.maxEventSize = maxEventSize;
		this.maxAnswerSize = maxAnswerSize;
		this.webClient = (uri.getRawQuery() != null) ? webClientBuilder.clone().filter(sendingTo(uri)).build()
				: webClientBuilder.build();
		this.providerHeaders = providerHeaders;
		this.exceptions = new ExceptionTranslator(provider, this.origin, uri.getPath(), secrets);
	}

	// The query may hold a secret, and observations contain the URL of the request as it
	// was before the filters
	private static ExchangeFilterFunction sendingTo(URI uri) {
		return ExchangeFilterFunction
			.ofRequestProcessor((request) -> Mono.just(ClientRequest.from(request).url(uri).build()));
	}

	/**
	 * Post a request whose response is streamed.
	 * @param request the request
	 * @param body makes the request's JSON text
	 * @param decoder makes what decodes the response, within its limits
	 * @return the chunks. Completes when the answer is complete; fails with a
	 * {@link dev.llmcallbacks.model.ChatModelException}, or with what {@code body}
	 * throws. Each subscription is a request; cancelling it closes the connection
	 */
	public Flux<ChatChunk> stream(ChatRequest request, Supplier<byte[]> body,
			Function<ResponseLimits, ChatChunkDecoder> decoder) {
		return streamInBursts(request, body, decoder).concatMapIterable(Function.identity(), 1);
	}

	/**
	 * Post a request whose response is streamed.
	 * @param request the request
	 * @param body makes the request's JSON text
	 * @param decoder makes what decodes the response, within its limits
	 * @return the chunks, those together that were complete with one buffer; ends as
	 * {@link #stream} does
	 */
	public Flux<List<ChatChunk>> streamInBursts(ChatRequest request, Supplier<byte[]> body,
			Function<ResponseLimits, ChatChunkDecoder> decoder) {
		return post(request, body, decoder, MediaType.TEXT_EVENT_STREAM);
	}

	/**
	 * Post a request whose response comes as a whole.
	 * @param request the request
	 * @param body makes the request's JSON text
	 * @param decoder makes what decodes the response, within its limits
	 * @return the answer; fails as {@link #stream} does
	 */
	public Mono<ChatResponse> call(ChatRequest request, Supplier<byte[]> body,
			Function<ResponseLimits, ChatChunkDecoder> decoder) {
		return post(request, body, decoder, MediaType.APPLICATION_JSON)
			.collect(AnswerAssembler::new, (answer, chunks) -> chunks.forEach(answer::add))
			.map(AnswerAssembler::toResponse);
	}

	/**
	 * Return the exception for a request that names no model.
	 * @return the exception
	 */
	public InvalidRequestException missingModel() {
		return new InvalidRequestException(
				"No model is named for the call of " + this.provider
						+ "; set 'callbacks.chat.model' or the model of the call's options",
				ProviderError.of(this.provider), null);
	}

	/**
	 * Return what is called.
	 * @return the provider's name, with the host and the port of the URL
	 */
	public ModelProvider provider() {
		return ModelProvider.of(this.provider, this.uri);
	}

	private Flux<List<ChatChunk>> post(ChatRequest request, Supplier<byte[]> body,
			Function<ResponseLimits, ChatChunkDecoder> decoder, MediaType accept) {
		ProviderHeaders source = this.providerHeaders;
		if (source == null) {
			return exchange(body, decoder, accept, this.headers, this.exceptions);
		}
		return Mono.defer(() -> source.get(request)).defaultIfEmpty(HttpHeaders.EMPTY).flatMapMany((additional) -> {
			HttpHeaders all = new HttpHeaders(this.headers);
			additional.forEach((name, values) -> {
				values.forEach((value) -> ChatModelBuilder.requireHeader(name, value));
				all.put(name, values);
			});
			return exchange(body, decoder, accept, all, this.exceptions.masking(additional));
		});
	}

	private Flux<List<ChatChunk>> exchange(Supplier<byte[]> body, Function<ResponseLimits, ChatChunkDecoder> decoder,
			MediaType accept, HttpHeaders configured, ExceptionTranslator exceptions) {
		return ChatChunkFlux.of((exchange) -> {
			byte[] json = body.get();
			Mono<DataBuffer> buffer = Mono.fromSupplier(() -> DefaultDataBufferFactory.sharedInstance.wrap(json));
			return this.webClient.post()
				.uri(this.uri)
				.contentType(MediaType.APPLICATION_JSON)
				.contentLength(json.length)
				.accept(accept)
				.headers((headers) -> configured.forEach(headers::put))
				.body(BodyInserters.fromDataBuffers(buffer))
				.httpRequest((request) -> exchange.sending(request, this.origin))
				.exchangeToFlux((response) -> read(response, decoder, exchange, exceptions));
		}, exceptions);
	}

	private Flux<DataBuffer> read(ClientResponse response, Function<ResponseLimits, ChatChunkDecoder> decoder,
			Exchange exchange, ExceptionTranslator exceptions) {
		ResponseHead head = ResponseHead.of(response.statusCode().value(), response.headers().asHttpHeaders());
		Flux<DataBuffer> body = Flux
			.defer(() -> response.bodyToFlux(DataBuffer.class).doOnSubscribe(exchange::reading));
		if (!head.isSuccess()) {
			return errorBody(body).flatMapMany((bytes) -> Flux.error(exceptions.status(head, bytes)));
		}
		ResponseLimits limits = new ResponseLimits(this.maxAnswerSize);
		exchange.answered(new ResponseReader(head, decoder.apply(limits), limits, exceptions, this.maxEventSize));
		return body;
	}

	private static Mono<byte[]> errorBody(Flux<DataBuffer> body) {
		return DataBufferUtils.join(DataBufferUtils.takeUntilByteCount(body, ErrorBody.MAX_SIZE)).map((buffer) -> {
			byte[] bytes = new byte[buffer.readableByteCount()];
			buffer.read(bytes);
			DataBufferUtils.release(buffer);
			return bytes;
		}).onErrorComplete().defaultIfEmpty(new byte[0]);
	}

	/**
	 * Return what kind of endpoint this is, so that what an answer holds for the endpoint
	 * alone goes back to no other one: the protocol and the domain of the host. All hosts
	 * of a domain are of one kind, and so are all that have an address or a simple name
	 * only, as those of gateways and containers change.
	 * @param protocol the name of the protocol
	 * @return the kind
	 */
	public String kind(String protocol) {
		String[] labels = this.uri.getHost().toLowerCase(Locale.ROOT).split("\\.");
		int last = labels.length - 1;
		boolean named = last > 0 && Character.isLetter(labels[last].charAt(0));
		return named ? protocol + "@" + labels[last - 1] + "." + labels[last] : protocol;
	}

	/**
	 * Return where the endpoint is.
	 * @return the URL without its query
	 */
	@Override
	public String toString() {
		return this.uri.getScheme() + "://" + this.uri.getAuthority() + this.uri.getPath();
	}

	/**
	 * Return the host of the endpoint.
	 * @return the name of the host
	 */
	public String host() {
		return this.uri.getHost();
	}

}
