package dev.llmcallbacks.benchmarks.process;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequestDecoder;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpServer;

import dev.llmcallbacks.benchmarks.load.Arrival;
import dev.llmcallbacks.benchmarks.load.Protocol;

/**
 * Answers every request with the same bytes, which are there before the first request
 * comes: as fast as they can be written or, each token with the time at which it is sent,
 * one after the other. Lives as long as its standard input is open.
 */
public final class MockProvider {

	/** Begins the line that tells the port. */
	static final String PORT = "port ";

	private static final String HOST = "127.0.0.1";

	private static final int MAX_REQUEST = 1024 * 1024;

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
		int pauseMillis = (args.length > 1) ? Integer.parseInt(args[1]) : 0;
		DisposableServer server = (pauseMillis > 0) ? paced(new PacedAnswers(tokens, pauseMillis)) : atOnce(tokens);
		System.out.println(PORT + server.port());
		System.in.transferTo(OutputStream.nullOutputStream());
		server.disposeNow();
	}

	private static DisposableServer atOnce(int tokens) {
		return HttpServer.create().host(HOST).port(0).route((routes) -> {
			for (Protocol protocol : Protocol.values()) {
				routes.post(protocol.path(), atOnce(Arrival.FAST.cut(protocol.transcript(tokens))));
			}
		}).bindNow();
	}

	private static BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> atOnce(List<ByteBuf> answer) {
		Flux<ByteBuf> pieces = Flux.fromIterable(answer).map(ByteBuf::retainedDuplicate);
		return (request,
				response) -> request.receive().then().thenEmpty(eventStream(response).send(pieces, (piece) -> false));
	}

	private static DisposableServer paced(PacedAnswers answers) {
		LoopResources loop = LoopResources.create("paced", 1, true);
		loop.onServer(true).next().scheduleAtFixedRate(answers::tick, 1, 1, TimeUnit.MILLISECONDS);
		return TcpServer.create()
			.runOn(loop)
			.host(HOST)
			.port(0)
			.childOption(ChannelOption.TCP_NODELAY, true)
			.doOnConnection((connection) -> connection.addHandlerLast(new HttpRequestDecoder())
				.addHandlerLast(new HttpObjectAggregator(MAX_REQUEST))
				.addHandlerLast(answers))
			.handle((in, out) -> in.receive().then())
			.bindNow();
	}

	private static HttpServerResponse eventStream(HttpServerResponse response) {
		return response.header(HttpHeaderNames.CONTENT_TYPE, "text/event-stream");
	}

}
