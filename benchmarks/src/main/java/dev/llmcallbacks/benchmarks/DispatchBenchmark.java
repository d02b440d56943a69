package dev.llmcallbacks.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.benchmarks.load.AsyncTokenCounter;
import dev.llmcallbacks.benchmarks.load.Consumption;
import dev.llmcallbacks.benchmarks.load.CountingExecutor;
import dev.llmcallbacks.benchmarks.load.RunViewPage;
import dev.llmcallbacks.benchmarks.load.TokenCounter;
import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.RunSpec;
import dev.llmcallbacks.handlers.RunWatch;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.run.RunType;

/**
 * What one token costs from its chunk to its handlers, when tokens come as fast as they
 * can be taken. The chunks are there before; what is measured is the run around them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 10, time = 1)
public class DispatchBenchmark {

	private static final int TOKENS = 1000;

	private static final String TEXT = " token";

	private static final int HANDLER_THREADS = 4;

	private final RunSpec spec = new RunSpec(RunType.LLM, "benchmark", RunOptions.NONE);

	private final Flux<ChatChunk> chunks = Flux
		.fromIterable(IntStream.range(0, TOKENS).mapToObj((index) -> ChatChunk.text(TEXT)).toList());

	/** How many tokens arrive together. */
	@Param({ "1", "32" })
	public int burst = 1;

	private final CountingExecutor executor = new CountingExecutor(HANDLER_THREADS);

	/** Who listens. */
	@Param
	public Listeners listeners = Listeners.NOBODY;

	private List<LlmCallbackHandler> handlers = List.of();

	private CallbackManager manager = CallbackManager.builder().executor(this.executor).build();

	private Flux<List<ChatChunk>> bursts = Flux.empty();

	private Disposable page = Disposables.disposed();

	private long tokens;

	/**
	 * Register the handlers, and have the tokens ready.
	 */
	@Setup
	public void setUp() {
		this.bursts = Flux.fromIterable(this.chunks.buffer(this.burst).toStream().toList());
		this.handlers = this.listeners.create();
		this.manager = CallbackManager.builder()
			.executor(this.executor)
			.handlers(this.handlers.toArray(LlmCallbackHandler[]::new))
			.build();
		if (this.listeners == Listeners.RUN_VIEW_OPEN) {
			this.page = RunViewPage.open((RunWatch) this.handlers.get(0));
		}
	}

	/**
	 * Dispatch the tokens of one run.
	 * @param blackhole gets the chunks
	 */
	@Benchmark
	@OperationsPerInvocation(TOKENS)
	public void dispatch(Blackhole blackhole) {
		Flux<ChatChunk> items = (this.listeners != Listeners.NO_RUN)
				? this.manager.runInBursts(this.spec, new TokenEvents(), (run) -> this.bursts) : this.chunks;
		this.tokens += Consumption.begin(items, blackhole::consume).await();
	}

	/**
	 * Check that every handler heard every token.
	 */
	@TearDown(Level.Iteration)
	public void check() {
		long expected = this.tokens * TEXT.length();
		this.tokens = 0;
		for (LlmCallbackHandler handler : this.handlers) {
			long heard = expected;
			if (handler instanceof TokenCounter counter) {
				heard = counter.takeCharacters();
			}
			else if (handler instanceof AsyncTokenCounter counter) {
				heard = counter.takeCharacters();
			}
			if (heard != expected) {
				throw new IllegalStateException("Heard " + heard + " of " + expected + " characters");
			}
		}
	}

	/**
	 * Let the threads go.
	 */
	@TearDown
	public void tearDown() {
		this.page.dispose();
		this.executor.close();
	}

}
