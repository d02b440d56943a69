package dev.llmcallbacks.benchmarks;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainStart;

/**
 * What it costs to put a run around work that does nothing, with a handler that hears of
 * its beginning and end; to put another one inside it, which finds the first by itself;
 * and to carry the current run into a task. The heap is small, so that its pages are used
 * again, and the first touch of a page is not measured.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx256m")
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 10, time = 1)
public class RunContextBenchmark {

	private static final Duration LIMIT = Duration.ofMinutes(1);

	private static final Mono<String> WORK = Mono.just("done").hide();

	private final CallbackManager manager = CallbackManager.builder().handlers(new Listener()).build();

	private final Runnable task = () -> this.tasks++;

	private long tasks;

	/**
	 * The work alone: the baseline of the runs.
	 * @return what the work gives
	 */
	@Benchmark
	public @Nullable String noRun() {
		return WORK.block(LIMIT);
	}

	/**
	 * One run.
	 * @return what the work gives
	 */
	@Benchmark
	public @Nullable String run() {
		return this.manager.run("run", "input", WORK).block(LIMIT);
	}

	/**
	 * A run inside a run.
	 * @return what the work gives
	 */
	@Benchmark
	public @Nullable String nestedRuns() {
		return this.manager.run("outer", "input", this.manager.run("inner", "input", WORK)).block(LIMIT);
	}

	/**
	 * A task alone: the baseline of the wrapped one.
	 * @return how many tasks have been run
	 */
	@Benchmark
	public long task() {
		this.task.run();
		return this.tasks;
	}

	/**
	 * A task into which the current run is carried.
	 * @return how many tasks have been run
	 */
	@Benchmark
	public long wrappedTask() {
		CurrentRun.wrap(this.task).run();
		return this.tasks;
	}

	/** Hears of the beginning and the end of each run. */
	private static final class Listener implements AsyncCallbackHandler {

		@Override
		public Mono<Void> onChainStart(ChainStart event) {
			return Mono.empty();
		}

		@Override
		public Mono<Void> onChainEnd(ChainEnd event) {
			return Mono.empty();
		}

	}

}
