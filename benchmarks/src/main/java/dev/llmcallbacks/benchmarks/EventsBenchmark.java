package dev.llmcallbacks.benchmarks;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import dev.llmcallbacks.benchmarks.load.Consumption;
import dev.llmcallbacks.benchmarks.load.CountingExecutor;
import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.RunSpec;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.run.RunType;

/**
 * What one token costs when the events of a run are a stream: with {@code events()}, and
 * with a handler of the call that writes into a bounded sink.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 10, time = 1)
public class EventsBenchmark {

	private static final int TOKENS = 1000;

	private static final int CAPACITY = 256;

	private final CountingExecutor executor = new CountingExecutor(1);

	private final CallbackManager manager = CallbackManager.builder().executor(this.executor).build();

	private final List<ChatChunk> chunks = IntStream.range(0, TOKENS)
		.mapToObj((index) -> ChatChunk.text(" token"))
		.toList();

	/** What receives the events. */
	public enum Receiver {

		/** Nothing does: the chunks are consumed. */
		NOBODY,

		/** A handler of the call that writes into a bounded sink. */
		SINK,

		/** The subscriber of {@code events()}. */
		EVENTS

	}

	/** What receives the events. */
	@Param
	public Receiver receiver = Receiver.NOBODY;

	/**
	 * Make one run and consume its items.
	 * @param blackhole gets the events
	 */
	@Benchmark
	@OperationsPerInvocation(TOKENS)
	public void receive(Blackhole blackhole) {
		long items = Consumption.begin(items(), blackhole::consume).await();
		if (items != ((this.receiver != Receiver.NOBODY) ? TOKENS + 2 : TOKENS)) {
			throw new IllegalStateException("Received " + items + " items");
		}
	}

	private Flux<?> items() {
		return switch (this.receiver) {
			case NOBODY -> run(RunOptions.NONE);
			case SINK -> sink();
			case EVENTS -> this.manager.events(run(RunOptions.NONE));
		};
	}

	private Flux<ChatChunk> run(RunOptions options) {
		return this.manager.runInBursts(new RunSpec(RunType.LLM, "benchmark", options), new TokenEvents(),
				(run) -> Flux.fromIterable(this.chunks).map(List::of));
	}

	private Flux<CallbackEvent> sink() {
		Sinks.Many<CallbackEvent> sink = Sinks.many()
			.unicast()
			.onBackpressureBuffer(new ArrayBlockingQueue<>(CAPACITY));
		AsyncCallbackHandler handler = AsyncCallbackHandler.on(CallbackEvent.class, (event) -> {
			sink.tryEmitNext(event).orThrow();
			return Mono.empty();
		});
		Flux<ChatChunk> work = run(RunOptions.builder().callbacks(handler).build());
		return sink.asFlux().mergeWith(work.doOnComplete(sink::tryEmitComplete).then(Mono.empty()));
	}

	/**
	 * End the threads.
	 */
	@TearDown
	public void tearDown() {
		this.executor.close();
	}

}
