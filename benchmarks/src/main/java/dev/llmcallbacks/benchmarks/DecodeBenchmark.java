package dev.llmcallbacks.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.benchmarks.load.Arrival;
import dev.llmcallbacks.benchmarks.load.Consumption;
import dev.llmcallbacks.benchmarks.load.InMemoryHttp;
import dev.llmcallbacks.benchmarks.load.Protocol;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.HumanMessage;

/**
 * What one token costs from its bytes to its chunk, without a network and without a run:
 * the measure for the cost of dispatching it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 10, time = 1)
public class DecodeBenchmark {

	private static final int TOKENS = 1000;

	private final ChatRequest request = new ChatRequest(List.of(new HumanMessage("Tell me a joke")),
			ChatOptions.builder().model("model").build(), List.of());

	/** The protocol. */
	@Param
	public Protocol protocol = Protocol.OPENAI;

	private Flux<ChatChunk> answer = Flux.never();

	/**
	 * Write the answer.
	 */
	@Setup
	public void setUp() {
		InMemoryHttp http = new InMemoryHttp(this.protocol.transcript(TOKENS), Arrival.FAST);
		this.answer = this.protocol.chatModel(http.webClientBuilder(), InMemoryHttp.BASE_URL).stream(this.request);
	}

	/**
	 * Decode the tokens of one answer.
	 * @param blackhole gets the chunks
	 */
	@Benchmark
	@OperationsPerInvocation(TOKENS)
	public void decode(Blackhole blackhole) {
		long chunks = Consumption.begin(this.answer, blackhole::consume).await();
		if (chunks < TOKENS) {
			throw new IllegalStateException("Only " + chunks + " chunks");
		}
	}

}
