package dev.llmcallbacks.benchmarks.load;

import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Answers every request at once with the same bytes, in buffers like those that a
 * {@code WebClient} gets from a socket, as fast as they are asked for.
 */
public final class InMemoryHttp implements ExchangeFunction {

	/** Any URL will do. */
	public static final String BASE_URL = "http://localhost";

	private final NettyDataBufferFactory buffers = new NettyDataBufferFactory(PooledByteBufAllocator.DEFAULT);

	private final List<ByteBuf> pieces;

	/**
	 * Create an exchange function.
	 * @param transcript the answer
	 * @param arrival in which pieces the answer arrives
	 */
	public InMemoryHttp(Transcript transcript, Arrival arrival) {
		this.pieces = arrival.cut(transcript);
	}

	/**
	 * Return a builder of clients that are answered from memory.
	 * @return the builder
	 */
	public WebClient.Builder webClientBuilder() {
		return WebClient.builder().exchangeFunction(this);
	}

	@Override
	public Mono<ClientResponse> exchange(ClientRequest request) {
		return Mono.fromSupplier(() -> ClientResponse.create(HttpStatus.OK)
			.header(HttpHeaders.CONTENT_TYPE, MediaType.TEXT_EVENT_STREAM_VALUE)
			.body(Flux.fromIterable(this.pieces).map(this::buffer))
			.build());
	}

	private DataBuffer buffer(ByteBuf piece) {
		return this.buffers.wrap(piece.retainedDuplicate());
	}

}
