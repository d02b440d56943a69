package dev.llmcallbacks.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
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
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.LlmOutput;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.observation.GenAiConventions;
import dev.llmcallbacks.observation.ObservationRunFilter;
import dev.llmcallbacks.observation.SpanContent;

/**
 * Measures what the content of a call on its span costs: an observed call whose prompt
 * and response, which is not streamed, have a size, without content and with it.
 */
@State(Scope.Thread)
@Fork(1)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class SpanContentBenchmark {

	private static final String TEXT = "Some of the text has \"quotes\", accents as in été, and breaks.\n";

	/** Size of prompt and of response, in KB. */
	@Param({ "1", "10", "100" })
	public int kilobytes = 1;

	/** What is recorded. */
	@Param
	public Recorded recorded = Recorded.NOTHING;

	private String text = "";

	private ChatClient client = ChatClient.builder(new Answering("")).build();

	/**
	 * Have the texts ready, and observe the calls.
	 */
	@Setup
	public void setUp() {
		this.text = TEXT.repeat(this.kilobytes * 1024 / TEXT.length() + 1);
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new Observing());
		ObservationRunFilter filter = new ObservationRunFilter(registry, GenAiConventions.V1_41, List.of(),
				this.recorded.content());
		this.client = ChatClient.builder(new Answering(this.text))
			.callbackManager(CallbackManager.builder().filters(List.of(filter)).build())
			.build();
	}

	/**
	 * Call the model.
	 * @return the response
	 */
	@Benchmark
	public String call() {
		return String.valueOf(this.client.prompt(this.text).streaming(false).text().block());
	}

	/**
	 * What is recorded on the span.
	 */
	public enum Recorded {

		/** Neither prompt nor response. */
		NOTHING,

		/** Prompt and response, with the default limit. */
		CONTENT,

		/** Prompt and response, as long as they are. */
		ALL_CONTENT;

		SpanContent content() {
			return switch (this) {
				case NOTHING -> SpanContent.NONE;
				case CONTENT -> SpanContent.builder().inputs(true).outputs(true).build();
				case ALL_CONTENT -> SpanContent.builder().inputs(true).outputs(true).maxLength(0).build();
			};
		}

	}

	private record Answering(String text) implements ChatModel {

		@Override
		public Flux<ChatChunk> stream(ChatRequest request) {
			return Flux.just(ChatChunk.text(this.text));
		}

		@Override
		public Mono<ChatResponse> call(ChatRequest request) {
			return Mono.just(new ChatResponse(
					List.of(new ChatGeneration(new AiMessage(this.text), FinishReason.STOP, "stop", Map.of())),
					LlmOutput.NONE));
		}

	}

	private static final class Observing implements ObservationHandler<Observation.Context> {

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

}
