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
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.benchmarks.load.Arrival;
import dev.llmcallbacks.benchmarks.load.BytesReader;
import dev.llmcallbacks.benchmarks.load.Consumption;
import dev.llmcallbacks.benchmarks.load.InMemoryHttp;
import dev.llmcallbacks.benchmarks.load.Protocol;
import dev.llmcallbacks.benchmarks.load.SpringTreeReader;
import dev.llmcallbacks.benchmarks.load.StreamingParserReader;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.HumanMessage;

/**
 * What it costs to get one token out of the bytes of an answer: with the library, with
 * Spring's reader of server-sent events and Jackson's tree, with Jackson's streaming
 * parser and nothing else, and what of it is the cost of the {@code WebClient} alone. All
 * of them read the same buffers, without a network.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 10, time = 1)
public class ReaderBenchmark {

	private static final int TOKENS = 1000;

	private final ChatRequest request = new ChatRequest(List.of(new HumanMessage("Tell me a joke")),
			ChatOptions.builder().model("model").build(), List.of());

	/** The protocol. */
	@Param
	public Protocol protocol = Protocol.OPENAI;

	/** In which pieces the answer arrives. */
	@Param
	public Arrival arrival = Arrival.FAST;

	private Flux<Integer> bytes = Flux.never();

	private Flux<ChatChunk> library = Flux.never();

	private Flux<String> springTree = Flux.never();

	private Flux<String> streamingParser = Flux.never();

	/**
	 * Write the answer.
	 */
	@Setup
	public void setUp() {
		InMemoryHttp http = new InMemoryHttp(this.protocol.transcript(TOKENS), this.arrival);
		WebClient.Builder builder = http.webClientBuilder();
		this.bytes = new BytesReader(this.protocol, builder, InMemoryHttp.BASE_URL).read();
		this.library = this.protocol.chatModel(builder, InMemoryHttp.BASE_URL).stream(this.request);
		this.springTree = new SpringTreeReader(this.protocol, builder, InMemoryHttp.BASE_URL).read();
		this.streamingParser = new StreamingParserReader(this.protocol, builder, InMemoryHttp.BASE_URL).read();
	}

	/**
	 * Read the bytes and throw them away.
	 * @param blackhole gets the sizes
	 */
	@Benchmark
	@OperationsPerInvocation(TOKENS)
	public void bytes(Blackhole blackhole) {
		Consumption.begin(this.bytes, blackhole::consume).await();
	}

	/**
	 * Read with the library.
	 * @param blackhole gets the chunks
	 */
	@Benchmark
	@OperationsPerInvocation(TOKENS)
	public void library(Blackhole blackhole) {
		expectTokens(Consumption.begin(this.library, blackhole::consume).await());
	}

	/**
	 * Read with Spring and Jackson.
	 * @param blackhole gets the texts
	 */
	@Benchmark
	@OperationsPerInvocation(TOKENS)
	public void springTree(Blackhole blackhole) {
		expectTokens(Consumption.begin(this.springTree, blackhole::consume).await());
	}

	/**
	 * Read with Jackson's streaming parser alone.
	 * @param blackhole gets the texts
	 */
	@Benchmark
	@OperationsPerInvocation(TOKENS)
	public void streamingParser(Blackhole blackhole) {
		expectTokens(Consumption.begin(this.streamingParser, blackhole::consume).await());
	}

	private static void expectTokens(long items) {
		if (items < TOKENS) {
			throw new IllegalStateException("Only " + items + " tokens");
		}
	}

}
