package dev.llmcallbacks.benchmarks.process;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.reactivestreams.Publisher;

import dev.llmcallbacks.benchmarks.load.Protocol;
import dev.llmcallbacks.benchmarks.process.PacedStreams.Running;
import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.callback.LlmCallback.Overflow;
import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.LlmNewToken;

/**
 * A handler that blocks for each token, on many streams, and what becomes of others that
 * have no handler: how long their tokens are on their way with and without that handler
 * beside them; and how long those of the blocked streams take to their own subscribers.
 */
public final class BlockedHandler {

	private static final String NO_HANDLER = "no handler";

	private static final Duration BLOCKS = Duration.ofMillis(5);

	private final int rounds;

	private final PacedStreams blocked;

	private final PacedStreams free;

	BlockedHandler(int rounds, int blocked, int free, int tokens, long pause) {
		this.rounds = rounds;
		this.blocked = new PacedStreams(blocked, tokens, pause);
		this.free = new PacedStreams(free, tokens, pause);
	}

	/**
	 * Measure, and print a table.
	 * @param args the number of rounds, of streams with the handler, of streams without
	 * one, of tokens of an answer, and the milliseconds between two tokens; each may be
	 * left out from the end
	 */
	public static void main(String[] args) {
		Arguments arguments = new Arguments(args);
		System.out.println(new BlockedHandler(arguments.number(0, 7), arguments.number(1, 64), arguments.number(2, 16),
				arguments.number(3, 200), arguments.number(4, 20))
			.run());
		System.exit(0);
	}

	String run() {
		int streams = this.blocked.streams() + this.free.streams();
		try (ProviderProcess provider = ProviderProcess.start(this.blocked.tokens(), this.blocked.pause());
				PacedCandidates candidates = new PacedCandidates(Protocol.OPENAI, provider.baseUrl(), streams)) {
			Supplier<Publisher<Long>> free = candidates.client(CallbackManager.builder().build());
			Waiting waiting = new Waiting();
			Merging merging = new Merging();
			Map<String, Case> cases = new LinkedHashMap<>();
			cases.put(NO_HANDLER, new Case(free, () -> 0));
			cases.put("one that blocks for 5 ms a token",
					new Case(candidates.client(manager(waiting)), waiting::takeHeard));
			cases.put("the same, with `COALESCE`", new Case(candidates.client(manager(merging)), merging::takeHeard));
			return table(Rounds.of(cases, 1, this.rounds, (each) -> measure(each, free)), cases.keySet());
		}
	}

	private static String table(Rounds<Row> rounds, Set<String> names) {
		StringBuilder table = new StringBuilder(
				"| on the other streams | free streams: median | 99 % | of no handler | "
						+ "longest | streams with it: median | 99 % | to their last end | events heard |\n"
						+ "|---|--:|--:|--:|--:|--:|--:|--:|--:|\n");
		for (String name : names) {
			table.append(String.format(Locale.ROOT,
					"| %s | %.2f ms | %.2f ms | %.2f | %.2f ms | %.2f ms | %.2f ms | %.2f s | %.0f |%n", name,
					rounds.median(name, (row) -> row.free().quantile(0.5)),
					rounds.median(name, (row) -> row.free().quantile(0.99)),
					rounds.medianRatio(name, NO_HANDLER, (row) -> row.free().quantile(0.99)),
					rounds.median(name, (row) -> row.free().quantile(1)),
					rounds.median(name, (row) -> row.blocked().quantile(0.5)),
					rounds.median(name, (row) -> row.blocked().quantile(0.99)), rounds.median(name, Row::seconds),
					rounds.median(name, Row::heard)));
		}
		return table.toString();
	}

	private static CallbackManager manager(LlmCallbackHandler handler) {
		return CallbackManager.builder().handlers(handler).build();
	}

	private Row measure(Case measured, Supplier<Publisher<Long>> free) {
		long begin = System.nanoTime();
		Running blocked = this.blocked.begin(measured.answer());
		Ages ofFree = this.free.begin(free).await();
		Ages ofBlocked = blocked.await();
		return new Row(ofFree, ofBlocked, (System.nanoTime() - begin) / 1e9, measured.heard().getAsLong());
	}

	private record Case(Supplier<Publisher<Long>> answer, LongSupplier heard) {

	}

	private record Row(Ages free, Ages blocked, double seconds, double heard) {

	}

	/** Blocks for each token, as a handler that writes to a database does. */
	private static class Waiting implements CallbackHandler {

		private final LongAdder heard = new LongAdder();

		@Override
		public void onLlmNewToken(LlmNewToken event) {
			LockSupport.parkNanos(BLOCKS.toNanos());
			this.heard.increment();
		}

		long takeHeard() {
			return this.heard.sumThenReset();
		}

	}

	/** The same, content to get several tokens as one when it is late. */
	@LlmCallback(overflow = Overflow.COALESCE)
	private static final class Merging extends Waiting {

	}

}
