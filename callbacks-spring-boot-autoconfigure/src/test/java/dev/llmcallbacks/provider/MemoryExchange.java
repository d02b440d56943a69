package dev.llmcallbacks.provider;

import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.provider.SocketServer.Ending;
import dev.llmcallbacks.provider.SocketServer.Response;

/**
 * Answers out of memory, in pooled buffers as Netty hands them out, and knows which of
 * them were never released.
 */
final class MemoryExchange implements ExchangeFunction {

	private final NettyDataBufferFactory buffers = new NettyDataBufferFactory(PooledByteBufAllocator.DEFAULT);

	private final Queue<ByteBuf> handedOut = new ConcurrentLinkedQueue<>();

	private volatile Response response = Response.stream();

	private volatile Function<Flux<DataBuffer>, Flux<DataBuffer>> transport = Function.identity();

	WebClient.Builder webClientBuilder() {
		return WebClient.builder().exchangeFunction(this);
	}

	/**
	 * Set the next answers.
	 * @param response the answer. Whatever ends it but {@link Ending#CLEAN} is an error
	 * of the connection
	 */
	void answer(Response response) {
		answer(response, Function.identity());
	}

	void answer(Response response, Function<Flux<DataBuffer>, Flux<DataBuffer>> transport) {
		this.response = response;
		this.transport = transport;
	}

	@Override
	public Mono<ClientResponse> exchange(ClientRequest request) {
		return Mono.fromSupplier(() -> {
			Response current = this.response;
			Flux<DataBuffer> body = Flux.fromIterable(current.pieces()).map(this::buffer);
			if (current.ending() != Ending.CLEAN) {
				body = body.concatWith(Flux.error(() -> new IOException("Connection reset by peer")));
			}
			return ClientResponse.create(HttpStatusCode.valueOf(current.status()))
				.headers((headers) -> current.headers().forEach(headers::set))
				.body(this.transport.apply(body))
				.build();
		});
	}

	private DataBuffer buffer(byte[] piece) {
		ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(Math.max(piece.length, 1)).writeBytes(piece);
		this.handedOut.add(buffer);
		return this.buffers.wrap(buffer);
	}

	/**
	 * Count the buffers that nobody released, and forget them.
	 * @return the number of leaks
	 */
	long takeLeaks() {
		for (int wait = 0; wait < 2000 && leaks() > 0; wait++) {
			LockSupport.parkNanos(1_000_000);
		}
		long leaks = leaks();
		this.handedOut.clear();
		return leaks;
	}

	private long leaks() {
		return this.handedOut.stream().filter((buffer) -> buffer.refCnt() > 0).count();
	}

	static Response stream(List<byte[]> pieces) {
		return Response.stream(pieces.toArray(byte[][]::new));
	}

}
