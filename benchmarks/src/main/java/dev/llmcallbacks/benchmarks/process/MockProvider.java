package dev.llmcallbacks.benchmarks.process;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import dev.llmcallbacks.benchmarks.load.Arrival;
import dev.llmcallbacks.benchmarks.load.Protocol;
import dev.llmcallbacks.benchmarks.load.Stamp;

/**
 * Answers every request with the same bytes, which are there before the first request
 * comes: as fast as they can be written or, each token with the time at which it is sent,
 * one after the other. Lives as long as its standard input is open.
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
		DisposableServer server = HttpServer.create().host("127.0.0.1").port(0).route((routes) -> {
			for (Protocol protocol : Protocol.values()) {
				routes.post(protocol.path(), pause.isZero() ? atOnce(Arrival.FAST.cut(protocol.transcript(tokens)))
						: paced(Arrival.SLOW.cut(protocol.stamped(tokens)), pause));
			}
		}).bindNow();
		System.out.println(PORT + server.port());
		System.in.transferTo(OutputStream.nullOutputStream());
		server.disposeNow();
	}

	private static BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> atOnce(List<ByteBuf> answer) {
		Flux<ByteBuf> pieces = Flux.fromIterable(answer).map(ByteBuf::retainedDuplicate);
		return (request, response) -> request.receive()
			.then()
			.thenEmpty(eventStream(response).send(pieces, (piece) -> false));
	}

	// Streams begin at different moments of the pause, so that not all write at once
	private static BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> paced(List<ByteBuf> answer,
			Duration pause) {
		AtomicInteger streams = new AtomicInteger();
		return (request, response) -> {
			Duration first = pause.multipliedBy(streams.getAndAdd(7919) & 1023).dividedBy(1024);
			response.withConnection((connection) -> connection.channel().config().setOption(ChannelOption.TCP_NODELAY,
					true));
			Flux<ByteBuf> pieces = Flux.interval(first, pause, eventLoop(response))
				.onBackpressureBuffer()
				.zipWithIterable(answer, (tick, event) -> Stamp.stamp(event));
			return request.receive().then().thenEmpty(eventStream(response).send(pieces, (piece) -> true));
		};
	}

	private static Scheduler eventLoop(HttpServerResponse response) {
		AtomicReference<Scheduler> scheduler = new AtomicReference<>(Schedulers.parallel());
		response.withConnection(
				(connection) -> scheduler.set(Schedulers.fromExecutorService(connection.channel().eventLoop())));
		return scheduler.get();
	}

	private static HttpServerResponse eventStream(HttpServerResponse response) {
		return response.header(HttpHeaderNames.CONTENT_TYPE, "text/event-stream");
	}

}
