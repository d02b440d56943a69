package dev.llmcallbacks.benchmarks.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

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
		System.out.println(new BlockedHandler(number(args, 0, 3), number(args, 1, 64), number(args, 2, 16),
				number(args, 3, 200), number(args, 4, 20))
			.run());
		System.exit(0);
	}

	private static int number(String[] args, int index, int fallback) {
		return (args.length > index) ? Integer.parseInt(args[index]) : fallback;
	}

	String run() {
		StringBuilder table = new StringBuilder("| on the other streams | free streams: median | 99 % | of no handler | "
				+ "longest | streams with it: median | 99 % | to their last end | events heard |\n"
				+ "|---|--:|--:|--:|--:|--:|--:|--:|--:|\n");
		int streams = this.blocked.streams() + this.free.streams();
		try (ProviderProcess provider = ProviderProcess.start(this.blocked.tokens(), this.blocked.pause());
				PacedCandidates candidates = new PacedCandidates(Protocol.OPENAI, provider.baseUrl(), streams)) {
			Supplier<Publisher<Long>> free = candidates.client(CallbackManager.builder().build());
			Waiting waiting = new Waiting();
			Merging merging = new Merging();
			List<Case> cases = List.of(new Case("no handler", free, () -> 0),
					new Case("one that blocks for 5 ms a token", candidates.client(manager(waiting)), waiting::takeHeard),
					new Case("the same, with `COALESCE`", candidates.client(manager(merging)), merging::takeHeard));
			List<List<Row>> rounds = new ArrayList<>();
			for (int round = -1; round < this.rounds; round++) {
				List<Row> rows = cases.stream().map((each) -> measure(each, free)).toList();
				if (round >= 0) {
					rounds.add(rows);
				}
			}
			for (int i = 0; i < cases.size(); i++) {
				table.append(row(cases.get(i).name(), i, rounds));
			}
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

	private static String row(String name, int index, List<List<Row>> rounds) {
		return String.format(Locale.ROOT,
				"| %s | %.2f ms | %.2f ms | %.2f | %.2f ms | %.2f ms | %.2f ms | %.2f s | %.0f |%n", name,
				median(rounds, (rows) -> rows.get(index).free().quantile(0.5)),
				median(rounds, (rows) -> rows.get(index).free().quantile(0.99)),
				median(rounds, (rows) -> rows.get(index).free().quantile(0.99) / rows.get(0).free().quantile(0.99)),
				median(rounds, (rows) -> rows.get(index).free().quantile(1)),
				median(rounds, (rows) -> rows.get(index).blocked().quantile(0.5)),
				median(rounds, (rows) -> rows.get(index).blocked().quantile(0.99)),
				median(rounds, (rows) -> rows.get(index).seconds()), median(rounds, (rows) -> rows.get(index).heard()));
	}

	private static double median(List<List<Row>> rounds, ToDoubleFunction<List<Row>> value) {
		double[] values = rounds.stream().mapToDouble(value).sorted().toArray();
		return values[values.length / 2];
	}

	private record Case(String name, Supplier<Publisher<Long>> answer, LongSupplier heard) {

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
