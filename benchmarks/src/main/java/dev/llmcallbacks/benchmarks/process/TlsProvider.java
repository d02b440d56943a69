package dev.llmcallbacks.benchmarks.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

import javax.net.ssl.KeyManagerFactory;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.netty.DisposableServer;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import dev.llmcallbacks.benchmarks.load.Arrival;
import dev.llmcallbacks.benchmarks.load.Protocol;
import dev.llmcallbacks.benchmarks.load.Transcript;

/**
 * Answers every request over TLS with the same bytes, by HTTP/2 or HTTP/1.1 as the client
 * asks for: at once, or one token after the other. Lives as long as its standard input is
 * open.
 */
public final class TlsProvider {

	private static final char[] PASSWORD = "changeit".toCharArray();

	private TlsProvider() {
	}

	/**
	 * Answer requests on a free port of the loopback interface.
	 * @param args the number of tokens of an answer, and the milliseconds between two of
	 * them, {@code 0} for none
	 * @throws Exception if the standard input fails, or no certificate can be made
	 */
	public static void main(String[] args) throws Exception {
		int tokens = Integer.parseInt(args[0]);
		long pauseMillis = Long.parseLong(args[1]);
		KeyManagerFactory keys = keys();
		DisposableServer server = HttpServer.create()
			.host("127.0.0.1")
			.port(0)
			.protocol(HttpProtocol.H2, HttpProtocol.HTTP11)
			// so that no limit of the server's decides
			.http2Settings((settings) -> settings.maxDecodedRstFramesPerWindow(Integer.MAX_VALUE, 1)
				.maxConcurrentStreams(Integer.MAX_VALUE))
			.secure((spec) -> spec.sslContext(Http2SslContextSpec.forServer(keys)))
			.route((routes) -> {
				for (Protocol protocol : Protocol.values()) {
					routes.post(protocol.path(), answer(protocol.transcript(tokens), pauseMillis));
				}
			})
			.bindNow();
		System.out.println(MockProvider.PORT + server.port());
		System.in.transferTo(OutputStream.nullOutputStream());
		server.disposeNow();
	}

	private static BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> answer(Transcript transcript,
			long pauseMillis) {
		List<ByteBuf> pieces = (pauseMillis == 0) ? Arrival.FAST.cut(transcript) : transcript.events();
		Flux<Integer> indexes = (pauseMillis == 0) ? Flux.range(0, pieces.size())
				: Flux.interval(Duration.ofMillis(pauseMillis))
					.onBackpressureBuffer()
					.take(pieces.size())
					.map(Long::intValue);
		Flux<ByteBuf> answer = indexes.map((index) -> pieces.get(index).retainedDuplicate());
		return (request, response) -> request.receive()
			.then()
			.thenEmpty(response.header(HttpHeaderNames.CONTENT_TYPE, "text/event-stream")
				.send(answer, (piece) -> pauseMillis > 0));
	}

	private static KeyManagerFactory keys() throws IOException, InterruptedException, GeneralSecurityException {
		Path directory = Files.createTempDirectory("benchmarks");
		Path store = directory.resolve("server.p12");
		Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", "server", "-dname", "CN=localhost", "-ext", "SAN=IP:127.0.0.1", "-keyalg",
				"EC", "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", new String(PASSWORD))
			.inheritIO()
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start();
		if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
			throw new IllegalStateException("keytool made no certificate");
		}
		KeyStore keyStore = KeyStore.getInstance("PKCS12");
		try (InputStream input = Files.newInputStream(store)) {
			keyStore.load(input, PASSWORD);
		}
		Files.delete(store);
		Files.delete(directory);
		KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		keys.init(keyStore, PASSWORD);
		return keys;
	}

}
