package dev.llmcallbacks.benchmarks.process;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import dev.llmcallbacks.benchmarks.load.Arrival;
import dev.llmcallbacks.benchmarks.load.Protocol;

/**
 * Answers every request with the same bytes, which are there before the first request
 * comes. Lives as long as its standard input is open.
 */
public final class MockProvider {

	/** Begins the line that tells the port. */
	static final String PORT = "port ";

	private MockProvider() {
	}

	/**
	 * Answer requests on a free port of the loopback interface.
	 * @param args the number of tokens of an answer and, if it is to be written token by
	 * token, the milliseconds between two of them
	 * @throws IOException if the standard input fails
	 */
	public static void main(String[] args) throws IOException {
		int tokens = Integer.parseInt(args[0]);
		Duration pause = Duration.ofMillis((args.length > 1) ? Long.parseLong(args[1]) : 0);
		Arrival arrival = pause.isZero() ? Arrival.FAST : Arrival.SLOW;
		DisposableServer server = HttpServer.create().host("127.0.0.1").port(0).route((routes) -> {
			for (Protocol protocol : Protocol.values()) {
				List<ByteBuf> answer = arrival.cut(protocol.transcript(tokens));
				routes.post(protocol.path(), (request, response) -> answer(request, response, answer, pause));
			}
		}).bindNow();
		System.out.println(PORT + server.port());
		System.in.transferTo(OutputStream.nullOutputStream());
		server.disposeNow();
	}

	private static Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response, List<ByteBuf> answer,
			Duration pause) {
		Flux<ByteBuf> paced = pause.isZero() ? Flux.fromIterable(answer)
				: Flux.interval(pause).onBackpressureDrop().zipWithIterable(answer, (tick, piece) -> piece);
		Flux<ByteBuf> pieces = paced.map(ByteBuf::retainedDuplicate);
		return request.receive()
			.then()
			.thenEmpty(response.header(HttpHeaderNames.CONTENT_TYPE, "text/event-stream")
				.send(pieces, (piece) -> !pause.isZero()));
	}

}
