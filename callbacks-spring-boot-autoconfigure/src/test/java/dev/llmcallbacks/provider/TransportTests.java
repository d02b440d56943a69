package dev.llmcallbacks.provider;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.ssl.jks.JksSslStoreBundle;
import org.springframework.boot.ssl.jks.JksSslStoreDetails;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.transport.ProxyProvider;
import reactor.test.StepVerifier;

import dev.llmcallbacks.client.RetryPolicy;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ConnectionFailedException;
import dev.llmcallbacks.model.StreamTruncatedException;
import dev.llmcallbacks.provider.SocketServer.Ending;
import dev.llmcallbacks.provider.SocketServer.Response;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What lies between the client and the provider: compression, proxies, TLS, connections.
 */
class TransportTests {

	private static final String PASSWORD = "not-a-secret";

	@TempDir
	private Path directory;

	static List<ClientFixture> fixtures() {
		return ClientFixture.all();
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	@DisplayName("G25 compressed answers are asked for and read")
	void shouldReadCompressedAnswer(ClientFixture fixture) throws IOException {
		Response compressed = MemoryExchange.stream(compress(fixture)).with(Map.of("Content-Encoding", "gzip"));
		try (SocketServer server = SocketServer.answering(compressed)) {
			fixture.checkCallOf(server.url());
			assertThat(server.requests().get(0).headers().get("accept-encoding")).contains("gzip");
		}
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	@DisplayName("G26 a compressed answer that ends early is truncated")
	void shouldFailWhenCompressedAnswerEndsEarly(ClientFixture fixture) throws IOException {
		List<byte[]> pieces = compress(fixture);
		Response cut = MemoryExchange.stream(pieces.subList(0, 3))
			.with(Map.of("Content-Encoding", "gzip"))
			.with(Ending.CLOSE);
		try (SocketServer server = SocketServer.answering(cut)) {
			StepVerifier.create(fixture.client(server.url()).prompt("Hi").stream())
				.thenConsumeWhile((chunk) -> true)
				.expectError(StreamTruncatedException.class)
				.verify(ClientFixture.TIMEOUT);
		}
	}

	@Test
	@DisplayName("G25 G41 a compressed response is complete at whatever pace it is read, and its connection is used again")
	void shouldReadLongCompressedAnswerAtAnyPace() throws IOException {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		StringBuilder text = new StringBuilder();
		StringBuilder events = new StringBuilder();
		for (int i = 0; i < 8_000; i++) {
			String token = (i % 100 == 0) ? "x".repeat(20_000) : Long.toString(random.nextLong(), 36) + " ";
			text.append(token);
			events.append("data: {\"choices\":[{\"delta\":{\"content\":\"").append(token).append("\"}}]}\n\n");
		}
		events.append("data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
		ByteArrayOutputStream compressed = new ByteArrayOutputStream();
		try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
			gzip.write(events.toString().getBytes(StandardCharsets.UTF_8));
		}
		for (Ending ending : List.of(Ending.CLEAN, Ending.CLOSE)) {
			Response response = MemoryExchange.stream(List.of(compressed.toByteArray()))
				.with(Map.of("Content-Encoding", "gzip"))
				.with(ending);
			try (SocketServer server = SocketServer.answering(response)) {
				WebClient.Builder client = WebClient.builder()
					.clientConnector(new ReactorClientHttpConnector(
							HttpClient.create(ConnectionProvider.create("one", 1)).compress(true)));
				ChatModel model = new OpenAiContractTests().model(server.url(), client, 1024 * 1024,
						ChatOptions.builder().model("m").build());
				for (int prefetch : List.of(1, 7, Integer.MAX_VALUE)) {
					String read = model.stream(new ChatRequest(List.of(new HumanMessage("Hi"))))
						.publishOn(Schedulers.single(), prefetch)
						.map(ChatChunk::text)
						.collect(Collectors.joining())
						.block(ClientFixture.TIMEOUT);
					assertThat(read).as("%s, prefetch %d, seed %d", ending, prefetch, seed).isEqualTo(text.toString());
				}
				if (ending == Ending.CLEAN) {
					assertThat(server.connections()).isEqualTo(1);
				}
			}
		}
	}

	// Each event is flushed by itself, as a server that streams does
	private static List<byte[]> compress(ClientFixture fixture) throws IOException {
		List<byte[]> pieces = new ArrayList<>();
		ByteArrayOutputStream target = new ByteArrayOutputStream();
		try (GZIPOutputStream gzip = new GZIPOutputStream(target, true)) {
			for (String event : new String(fixture.bytes(), StandardCharsets.UTF_8).split("(?<=\n\n)")) {
				gzip.write(event.getBytes(StandardCharsets.UTF_8));
				gzip.flush();
				pieces.add(target.toByteArray());
				target.reset();
			}
		}
		pieces.add(target.toByteArray());
		return pieces;
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	@DisplayName("G25 the application's proxy is used")
	void shouldGoThroughProxy(ClientFixture fixture) {
		try (SocketServer server = SocketServer.answering(fixture.answer()); TunnelProxy proxy = new TunnelProxy()) {
			HttpClient httpClient = HttpClient.create()
				.proxy((spec) -> spec.type(ProxyProvider.Proxy.HTTP).host("localhost").port(proxy.port()));
			fixture.with(WebClient.builder().clientConnector(new ReactorClientHttpConnector(httpClient)))
				.checkCallOf(server.url());
			assertThat(proxy.tunnels()).containsExactly("localhost:" + server.port());
		}
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	@DisplayName("G28 G29 a proxy that refuses is a connection failure")
	void shouldFailWhenProxyRefuses(ClientFixture fixture) {
		try (SocketServer refusing = SocketServer.answering(Response.json(407, "{}"))) {
			HttpClient httpClient = HttpClient.create()
				.proxy((spec) -> spec.type(ProxyProvider.Proxy.HTTP).host("localhost").port(refusing.port()));
			fixture.with(WebClient.builder().clientConnector(new ReactorClientHttpConnector(httpClient)))
				.with(new RetryPolicy(1, RetryPolicy.DEFAULT.initialBackoff(), RetryPolicy.DEFAULT.maxBackoff()));
			StepVerifier.create(fixture.client("http://provider.test").prompt("Hi").stream())
				.expectErrorSatisfies((error) -> assertThat(error).isInstanceOf(ConnectionFailedException.class)
					.hasMessageContaining("provider.test"))
				.verify(ClientFixture.TIMEOUT);
		}
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	@DisplayName("G25 the application's SSL bundle is used")
	void shouldTrustSslBundle(ClientFixture fixture) throws Exception {
		SslBundle bundle = selfSigned();
		try (SocketServer server = new SocketServer((exchange) -> exchange.send(fixture.answer()),
				bundle.createSslContext().getServerSocketFactory(), 0)) {
			String url = server.url().replace("http:", "https:");
			fixture.with(new RetryPolicy(1, RetryPolicy.DEFAULT.initialBackoff(), RetryPolicy.DEFAULT.maxBackoff()));
			StepVerifier.create(fixture.client(url).prompt("Hi").stream())
				.expectErrorSatisfies((error) -> assertThat(error).isInstanceOf(ConnectionFailedException.class)
					.hasMessageContaining("localhost")
					.hasMessageContaining("cert"))
				.verify(ClientFixture.TIMEOUT);
			WebClient.Builder trusting = WebClient.builder()
				.clientConnector(ClientHttpConnectorBuilder.reactor().build(HttpClientSettings.ofSslBundle(bundle)));
			fixture.with(trusting).checkCallOf(url);
		}
	}

	private SslBundle selfSigned() throws IOException, InterruptedException {
		Path store = this.directory.resolve("localhost.p12");
		List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", "localhost", "-dname", "CN=localhost", "-ext", "SAN=DNS:localhost", "-keyalg",
				"EC", "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD);
		Process keytool = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(this.directory.resolve("keytool.log").toFile())
			.start();
		assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
		JksSslStoreDetails details = JksSslStoreDetails.forLocation(store.toUri().toString()).withPassword(PASSWORD);
		SslStoreBundle stores = new JksSslStoreBundle(details, details);
		return SslBundle.of(stores);
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	@DisplayName("G25 calls one after the other share a connection")
	void shouldReuseConnection(ClientFixture fixture) {
		try (SocketServer server = SocketServer.answering(fixture.answer())) {
			var client = fixture.with(ProviderFixture.withOneConnection()).client(server.url());
			for (int i = 0; i < 20; i++) {
				fixture.check(client.prompt("Hi").result().block(ClientFixture.TIMEOUT));
			}
			assertThat(server.requests()).hasSize(20);
			assertThat(server.connections()).isEqualTo(1);
			assertThat(fixture.log().events(LlmEnd.class)).hasSize(20);
		}
	}

}
