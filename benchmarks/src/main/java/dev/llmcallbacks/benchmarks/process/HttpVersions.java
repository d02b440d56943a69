package dev.llmcallbacks.benchmarks.process;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.Http2AllocationStrategy;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import dev.llmcallbacks.benchmarks.load.Protocol;
import dev.llmcallbacks.benchmarks.load.Transcript;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.model.ChatModel;

/**
 * Streams over TLS by HTTP/1.1, each on a connection of its own, by HTTP/2 on the
 * connections that Reactor Netty opens for them, and by HTTP/2 on one connection: as fast
 * as they can be read, and with a pause between two tokens.
 */
public final class HttpVersions {

	private static final String HTTP_1 = "HTTP/1.1";

	private static final String HTTP_2 = "HTTP/2";

	private static final String ONE_CONNECTION = "HTTP/2 on one connection";

	private static final Protocol PROTOCOL = Protocol.OPENAI;

	private final int rounds;

	private final int streams;

	private final long millis;

	HttpVersions(int rounds, int streams, long millis) {
		this.rounds = rounds;
		this.streams = streams;
		this.millis = millis;
	}

	/**
	 * Measure, and print a table.
	 * @param args the number of rounds, of streams at once, and the milliseconds of a
	 * turn at full speed; each may be left out from the end
	 */
	public static void main(String[] args) {
		Arguments arguments = new Arguments(args);
		System.out.println(
				new HttpVersions(arguments.number(0, 7), arguments.number(1, 64), arguments.number(2, 1000)).run());
		System.exit(0);
	}

	String run() {
		return "| | million tokens a second | of HTTP/1.1 | CPU time a token | of HTTP/1.1 |\n|---|--:|--:|--:|--:|\n"
				+ measure("full speed", 1000, 0, this.millis) + measure("a token every 20 ms", 100, 20, 0);
	}

	private String measure(String name, int tokens, long pause, long turn) {
		Transcript transcript = PROTOCOL.transcript(tokens);
		ClosedLoop loop = new ClosedLoop(this.streams, TimeUnit.MILLISECONDS.toNanos(turn));
		try (ProviderProcess provider = ProviderProcess.startTls(tokens, pause)) {
			Map<String, Candidate> candidates = new LinkedHashMap<>();
			for (String version : List.of(HTTP_1, HTTP_2, ONE_CONNECTION)) {
				candidates.put(version, candidate(version, provider.baseUrl(), transcript));
			}
			Rounds<Sample> rounds = Rounds.of(candidates, this.rounds, this.rounds,
					(candidate) -> loop.run(candidate, transcript));
			return candidates.keySet()
				.stream()
				.map((version) -> row(version, name, rounds))
				.collect(Collectors.joining());
		}
	}

	private Candidate candidate(String version, String baseUrl, Transcript transcript) {
		ChatModel model = PROTOCOL
			.chatModel(WebClient.builder().clientConnector(new ReactorClientHttpConnector(client(version))), baseUrl);
		ChatRequest request = new ChatRequest(List.of(new HumanMessage("Tell me a joke")),
				ChatOptions.builder().model("model").build(), List.of());
		return new Candidate(version, () -> model.stream(request).map((chunk) -> chunk.text().length()),
				transcript.characters(), 0, () -> 0);
	}

	private HttpClient client(String version) {
		ConnectionProvider.Builder connections = ConnectionProvider.builder(version)
			.maxConnections(this.streams)
			.pendingAcquireMaxCount(-1);
		if (version.equals(ONE_CONNECTION)) {
			connections.allocationStrategy(
					Http2AllocationStrategy.builder().maxConnections(1).maxConcurrentStreams(this.streams).build());
		}
		HttpClient client = HttpClient.create(connections.build());
		if (version.equals(HTTP_1)) {
			return client.protocol(HttpProtocol.HTTP11)
				.secure((spec) -> spec.sslContext(Http11SslContextSpec.forClient().configure(HttpVersions::trust)));
		}
		return client.protocol(HttpProtocol.H2)
			.secure((spec) -> spec.sslContext(Http2SslContextSpec.forClient().configure(HttpVersions::trust)));
	}

	private static void trust(SslContextBuilder builder) {
		builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
	}

	private static String row(String version, String name, Rounds<Sample> rounds) {
		return String.format(Locale.ROOT, "| %s, %s | %.3f | %.2f | %.0f ns | %.2f |%n", version, name,
				rounds.median(version, Sample::tokensPerSecond) / 1e6,
				rounds.medianRatio(version, HTTP_1, Sample::tokensPerSecond), rounds.median(version, Sample::cpuNanos),
				rounds.medianRatio(version, HTTP_1, Sample::cpuNanos));
	}

}
