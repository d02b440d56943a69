package dev.llmcallbacks.benchmarks.process;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

import org.reactivestreams.Publisher;

import dev.llmcallbacks.benchmarks.load.AsyncTokenCounter;
import dev.llmcallbacks.benchmarks.load.Protocol;
import dev.llmcallbacks.benchmarks.load.TokenCounter;
import dev.llmcallbacks.benchmarks.process.PacedStreams.Result;
import dev.llmcallbacks.dispatch.CallbackManager;

/**
 * Many streams at once whose tokens come one by one, as a model writes them: through the
 * {@code ChatClient} without handlers and with a sync and an async one, beside a bare
 * {@code WebClient} that looks for the times of sending in the bytes.
 */
public final class SlowStreams {

	private static final String BARE = "bare `WebClient`";

	private final int rounds;

	private final PacedStreams load;

	SlowStreams(int rounds, PacedStreams load) {
		this.rounds = rounds;
		this.load = load;
	}

	/**
	 * Measure, and print a table for each protocol.
	 * @param args the number of rounds, of streams at once, of tokens of an answer, and
	 * the milliseconds between two tokens; each may be left out from the end
	 */
	public static void main(String[] args) {
		PacedStreams load = new PacedStreams(number(args, 1, 1000), number(args, 2, 200), number(args, 3, 20));
		SlowStreams measurement = new SlowStreams(number(args, 0, 5), load);
		for (Protocol protocol : Protocol.values()) {
			System.out.println("\n" + protocol + "\n\n" + measurement.run(protocol));
		}
		System.exit(0);
	}

	private static int number(String[] args, int index, int fallback) {
		return (args.length > index) ? Integer.parseInt(args[index]) : fallback;
	}

	String run(Protocol protocol) {
		TokenCounter sync = new TokenCounter();
		AsyncTokenCounter async = new AsyncTokenCounter();
		try (ProviderProcess provider = ProviderProcess.start(this.load.tokens(), this.load.pause());
				PacedCandidates candidates = new PacedCandidates(protocol, provider.baseUrl(), this.load.streams())) {
			Map<String, Supplier<Publisher<Long>>> all = new LinkedHashMap<>();
			all.put(BARE, candidates.bare());
			all.put("`ChatClient`, no handler", candidates.client(CallbackManager.builder().build()));
			all.put("`ChatClient`, one sync, one async",
					candidates.client(CallbackManager.builder().handlers(sync, async).build()));
			Map<String, Long> heap = new LinkedHashMap<>();
			all.forEach((name, answer) -> heap.put(name, this.load.liveHeap(answer)));
			List<Map<String, Result>> rounds = new ArrayList<>();
			for (int round = 0; round < this.rounds; round++) {
				Map<String, Result> results = new LinkedHashMap<>();
				all.forEach((name, answer) -> results.put(name, this.load.run(answer)));
				rounds.add(results);
			}
			check(sync.takeCharacters(), async.takeCharacters());
			return table(rounds, heap);
		}
	}

	private void check(long sync, long async) {
		long expected = (this.rounds + 1L) * this.load.streams() * Protocol.OPENAI.stamped(this.load.tokens()).characters();
		if (sync != expected || async != expected) {
			throw new IllegalStateException("Heard " + sync + " and " + async + " of " + expected + " characters");
		}
	}

	private String table(List<Map<String, Result>> rounds, Map<String, Long> heap) {
		StringBuilder table = new StringBuilder("| | seconds | of bare | CPU time a token | of bare | "
				+ "on its way: median | 99 % | of bare | longest | threads | live heap a stream |\n"
				+ "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
		heap.forEach((name, bytes) -> table.append(String.format(Locale.ROOT,
				"| %s | %.3f | %.3f | %.1f µs | %.2f | %.3f ms | %.3f ms | %.2f | %.1f ms | %.0f | %.1f KiB |%n", name,
				median(rounds, name, Result::seconds), ratio(rounds, name, Result::seconds),
				median(rounds, name, Result::cpuMicros), ratio(rounds, name, Result::cpuMicros),
				median(rounds, name, (result) -> result.ages().quantile(0.5)),
				median(rounds, name, (result) -> result.ages().quantile(0.99)),
				ratio(rounds, name, (result) -> result.ages().quantile(0.99)),
				median(rounds, name, (result) -> result.ages().quantile(1)),
				median(rounds, name, Result::threads), bytes / 1024.0)));
		return table.toString();
	}

	private static double median(List<Map<String, Result>> rounds, String name, ToDoubleFunction<Result> value) {
		return median(rounds.stream().mapToDouble((round) -> value.applyAsDouble(of(round, name))).toArray());
	}

	private static double ratio(List<Map<String, Result>> rounds, String name, ToDoubleFunction<Result> value) {
		return median(rounds.stream()
			.mapToDouble((round) -> value.applyAsDouble(of(round, name)) / value.applyAsDouble(of(round, BARE)))
			.toArray());
	}

	private static Result of(Map<String, Result> round, String name) {
		return Objects.requireNonNull(round.get(name));
	}

	private static double median(double[] values) {
		Arrays.sort(values);
		return values[values.length / 2];
	}

}
