package dev.llmcallbacks.benchmarks.process;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

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

	private static final int WARM_UP_ROUNDS = 10;

	/** With how many tokens an answer is short. */
	private static final int SHORT = 3;

	/** How many rounds of short answers there are for each round of warm-up. */
	private static final int SHORT_ROUNDS = 6;

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
		Arguments arguments = new Arguments(args);
		PacedStreams load = new PacedStreams(arguments.number(1, 1000), arguments.number(2, 200),
				arguments.number(3, 20));
		SlowStreams measurement = new SlowStreams(arguments.number(0, 7), load);
		for (Protocol protocol : Protocol.values()) {
			System.out.println("\n" + protocol + "\n\n" + measurement.run(protocol));
		}
		System.exit(0);
	}

	String run(Protocol protocol) {
		TokenCounter sync = new TokenCounter();
		AsyncTokenCounter async = new AsyncTokenCounter();
		int warmUp = Math.min(WARM_UP_ROUNDS, this.rounds);
		warmUpCalls(protocol, warmUp * SHORT_ROUNDS);
		try (ProviderProcess provider = ProviderProcess.start(this.load.tokens(), this.load.pause());
				PacedCandidates candidates = new PacedCandidates(protocol, provider.baseUrl(), this.load.streams())) {
			Map<String, Supplier<Publisher<Long>>> all = all(candidates, sync, async);
			Rounds<Result> rounds = Rounds.of(all, warmUp, this.rounds,
					(answer) -> this.load.run(answer, candidates::connections));
			Map<String, Long> heap = new LinkedHashMap<>();
			all.forEach((name, answer) -> heap.put(name, this.load.liveHeap(answer)));
			long expected = (warmUp + this.rounds + 1L) * protocol.stamped(this.load.tokens()).characters();
			check(expected, sync.takeCharacters());
			check(expected, async.takeCharacters());
			return table(rounds, heap);
		}
	}

	// in rounds of long answers there are few calls, whose code would not be compiled
	private void warmUpCalls(Protocol protocol, int rounds) {
		PacedStreams shortAnswers = new PacedStreams(this.load.streams(), SHORT, this.load.pause());
		try (ProviderProcess provider = ProviderProcess.start(SHORT, this.load.pause());
				PacedCandidates candidates = new PacedCandidates(protocol, provider.baseUrl(), this.load.streams())) {
			Rounds.of(all(candidates, new TokenCounter(), new AsyncTokenCounter()), rounds, 1,
					(answer) -> shortAnswers.run(answer, candidates::connections));
		}
	}

	private static Map<String, Supplier<Publisher<Long>>> all(PacedCandidates candidates, TokenCounter sync,
			AsyncTokenCounter async) {
		Map<String, Supplier<Publisher<Long>>> all = new LinkedHashMap<>();
		all.put(BARE, candidates.bare());
		all.put("`ChatClient`, no handler", candidates.client(CallbackManager.builder().build()));
		all.put("`ChatClient`, one sync, one async",
				candidates.client(CallbackManager.builder().handlers(sync, async).build()));
		return all;
	}

	private void check(long expected, long heard) {
		if (heard != expected * this.load.streams()) {
			throw new IllegalStateException("Heard " + heard + " of " + expected * this.load.streams() + " characters");
		}
	}

	private static String table(Rounds<Result> rounds, Map<String, Long> heap) {
		StringBuilder table = new StringBuilder("| | seconds | of bare | CPU time a token | of bare "
				+ "| on its way: median | 99 % | of bare | longest | threads | connections | live heap a stream |\n"
				+ "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
		heap.forEach((name, bytes) -> table.append(String.format(Locale.ROOT,
				"| %s | %.3f | %.3f | %.1f µs | %.2f | %.3f ms | %.1f ms | %.2f | %.0f ms | %.0f | %.0f | %.1f KiB |%n",
				name, rounds.median(name, Result::seconds), rounds.medianRatio(name, BARE, Result::seconds),
				rounds.median(name, Result::cpuMicros), rounds.medianRatio(name, BARE, Result::cpuMicros),
				rounds.median(name, (result) -> result.ages().quantile(0.5)),
				rounds.median(name, (result) -> result.ages().quantile(0.99)),
				rounds.medianRatio(name, BARE, (result) -> result.ages().quantile(0.99)),
				rounds.median(name, (result) -> result.ages().quantile(1)), rounds.median(name, Result::threads),
				rounds.median(name, Result::connections), bytes / 1024.0)));
		return table.toString();
	}

}
