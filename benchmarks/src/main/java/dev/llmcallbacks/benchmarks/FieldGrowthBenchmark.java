package dev.llmcallbacks.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.benchmarks.load.InMemoryHttp;
import dev.llmcallbacks.benchmarks.load.Protocol;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.HumanMessage;

/**
 * Measures the time that one event takes in which one field fills the whole size, up to
 * {@code callbacks.max-event-size}. Sizes grow fourfold, and so must the scores: a field
 * that is read in quadratic time shows as a score that grows sixteenfold. An event that
 * exceeds a limit of the response is read up to that limit.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FieldGrowthBenchmark {

	private static final int BUFFER = 16 * 1024;

	private final ChatRequest request = new ChatRequest(List.of(new HumanMessage("Tell me a joke")),
			ChatOptions.builder().model("model").build(), List.of());

	/** The field. */
	@Param
	public Field field = Field.CONTENT;

	/** The size of the event in bytes. */
	@Param({ "65536", "262144", "1048000" })
	public int size = 65_536;

	private Flux<ChatChunk> chunks = Flux.never();

	/**
	 * Write the event.
	 */
	@Setup
	public void setUp() {
		byte[] body = ("data: " + this.field.payload(this.size) + "\n\n").getBytes(StandardCharsets.UTF_8);
		WebClient.Builder builder = WebClient.builder()
			.exchangeFunction((request) -> Mono.fromSupplier(() -> ClientResponse.create(HttpStatus.OK)
				.header(HttpHeaders.CONTENT_TYPE, MediaType.TEXT_EVENT_STREAM_VALUE)
				.body(buffers(body))
				.build()));
		this.chunks = this.field.protocol.chatModel(builder, InMemoryHttp.BASE_URL).stream(this.request);
	}

	private static Flux<DataBuffer> buffers(byte[] body) {
		return Flux.range(0, (body.length + BUFFER - 1) / BUFFER).map((number) -> {
			int from = number * BUFFER;
			DataBuffer whole = DefaultDataBufferFactory.sharedInstance.wrap(body);
			return whole.split(Math.min(body.length, from + BUFFER)).readPosition(from);
		});
	}

	/**
	 * Read the event. The stream ends after it, which is an error.
	 * @param blackhole receives the chunks
	 */
	@Benchmark
	public void read(Blackhole blackhole) {
		this.chunks.doOnNext(blackhole::consume).onErrorComplete().blockLast();
	}

	/**
	 * A field of an event that a server can make as large as it likes.
	 */
	public enum Field {

		/** Text. */
		CONTENT(Protocol.OPENAI, "{\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}", "x"),

		/** Text in parts. */
		CONTENT_PARTS(Protocol.OPENAI, "{\"choices\":[{\"delta\":{\"content\":[%s\"\"]}}]}", "\"x\","),

		/** The same field many times. */
		REPEATED_CONTENT(Protocol.OPENAI, "{\"choices\":[{\"delta\":{%s\"a\":1}}]}", "\"content\":[\"x\"],"),

		/** Text of a refusal. */
		REFUSAL(Protocol.OPENAI, "{\"choices\":[{\"delta\":{\"refusal\":\"%s\"}}]}", "x"),

		/** Reasoning that has to be sent back. */
		REASONING_DETAILS(Protocol.OPENAI, "{\"choices\":[{\"delta\":{\"reasoning_details\":[{%s\"a\":1}]}}]}",
				"\"b\":2,"),

		/** Tool calls, none of them with a number. */
		TOOL_CALLS(Protocol.OPENAI, "{\"choices\":[{\"delta\":{\"tool_calls\":[%s{}]}}]}", "{\"id\":\"a\"},"),

		/** Arguments of a tool call. */
		ARGUMENTS(Protocol.OPENAI,
				"{\"choices\":[{\"delta\":{\"tool_calls\":[{\"id\":\"a\",\"function\":{\"arguments\":\"%s\"}}]}}]}",
				"{"),

		/** Choices. */
		CHOICES(Protocol.OPENAI, "{\"choices\":[%s{}]}", "{},"),

		/** Fields that are not known. */
		UNKNOWN_FIELDS(Protocol.OPENAI, "{%s\"choices\":[]}", "\"x\":{\"y\":[1]},"),

		/** An error whose message is markup. */
		ERROR(Protocol.OPENAI, "{\"error\":{\"message\":\"%s\"}}", "<script "),

		/** Text. */
		TEXT(Protocol.ANTHROPIC,
				"{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"%s\"}}",
				"x"),

		/** Text of the thinking at the start of a block. */
		THINKING(Protocol.ANTHROPIC,
				"{\"type\":\"content_block_start\",\"content_block\":{\"type\":\"thinking\",%s\"a\":1}}",
				"\"thinking\":\"x\","),

		/** Input of a tool. */
		INPUT(Protocol.ANTHROPIC,
				"{\"type\":\"content_block_start\",\"content_block\":{\"type\":\"tool_use\",\"input\":{%s\"a\":1}}}",
				"\"x\":1,"),

		/** Content blocks. */
		BLOCKS(Protocol.ANTHROPIC, "{\"type\":\"message_start\",\"message\":{\"content\":[%s{}]}}", "{},");

		private final Protocol protocol;

		private final String payload;

		private final String filling;

		Field(Protocol protocol, String payload, String filling) {
			this.protocol = protocol;
			this.payload = payload;
			this.filling = filling;
		}

		String payload(int size) {
			int count = (size - this.payload.length()) / this.filling.length();
			return this.payload.formatted(this.filling.repeat(count));
		}

	}

}
