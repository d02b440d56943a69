package dev.llmcallbacks.benchmarks.process;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import dev.llmcallbacks.benchmarks.load.Protocol;
import dev.llmcallbacks.benchmarks.load.Transcript;

/**
 * Tokens a second through the {@code ChatClient} with no handler, one of each kind, and
 * both, beside a bare {@code WebClient} that reads the same bytes and throws them away.
 * The candidates take turns; what is reported are medians, and of ratios the medians of
 * those within one round.
 */
public final class ClientThroughput {

	private static final int WARM_UP_ROUNDS = 20;

	private final int rounds;

	private final int tokens;

	private final ClosedLoop loop;

	ClientThroughput(int rounds, int streams, int tokens, long millis) {
		this.rounds = rounds;
		this.tokens = tokens;
		this.loop = new ClosedLoop(streams, TimeUnit.MILLISECONDS.toNanos(millis));
	}

	/**
	 * Measure, and print a table for each protocol.
	 * @param args the number of rounds, of streams at once, of tokens of an answer, and
	 * the milliseconds of a turn; each may be left out from the end
	 */
	public static void main(String[] args) {
		Arguments arguments = new Arguments(args);
		ClientThroughput measurement = new ClientThroughput(arguments.number(0, 15), arguments.number(1, 64),
				arguments.number(2, 1000), arguments.number(3, 500));
		measurement.run().forEach((protocol, report) -> System.out.println("\n" + protocol + "\n\n" + report));
		System.exit(0);
	}

	Map<Protocol, Report> run() {
		Map<Protocol, Report> reports = new LinkedHashMap<>();
		ConnectionProvider connections = ConnectionProvider.create("benchmarks", this.loop.streams());
		WebClient.Builder webClientBuilder = WebClient.builder()
			.clientConnector(new ReactorClientHttpConnector(HttpClient.create(connections)));
		try (ProviderProcess provider = ProviderProcess.start(this.tokens)) {
			for (Protocol protocol : Protocol.values()) {
				Transcript transcript = protocol.transcript(this.tokens);
				Candidates candidates = new Candidates(protocol, transcript, webClientBuilder, provider.baseUrl());
				reports.put(protocol, measure(candidates.all(), transcript));
			}
		}
		finally {
			connections.dispose();
		}
		return reports;
	}

	private Report measure(List<Candidate> candidates, Transcript transcript) {
		Map<String, Candidate> byName = new LinkedHashMap<>();
		candidates.forEach((candidate) -> byName.put(candidate.name(), candidate));
		return new Report(Rounds.of(byName, Math.min(WARM_UP_ROUNDS, this.rounds), this.rounds,
				(candidate) -> this.loop.run(candidate, transcript)));
	}

}
