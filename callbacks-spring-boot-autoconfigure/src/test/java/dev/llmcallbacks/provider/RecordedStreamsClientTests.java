package dev.llmcallbacks.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.client.EventLog;
import dev.llmcallbacks.client.RetryPolicy;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.model.StreamTruncatedException;
import dev.llmcallbacks.provider.ReferenceReader.Outcome;
import dev.llmcallbacks.provider.anthropic.AnthropicChatModel;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Plays what real services sent through the {@code ChatClient}, where recordings of it
 * are to be had, and looks at what a handler was told.
 */
class RecordedStreamsClientTests {

	private static final CallbackManager MANAGER = CallbackManager.builder().build();

	private final MemoryExchange exchange = new MemoryExchange();

	private final EventLog log = new EventLog();

	static List<RecordedStream> streams() {
		return RecordedStream.all();
	}

	@ParameterizedTest
	@MethodSource("streams")
	@DisplayName("G26 G27 text, tool calls, usage, model and finish reason reach a handler however the stream is cut")
	void shouldTellHandlerTheAnswerHoweverItIsCut(RecordedStream stream) {
		long seed = System.nanoTime();
		System.out.println("Seed of " + stream + ": " + seed);
		Random random = new Random(seed);
		List<List<byte[]>> cuts = new ArrayList<>(
				List.of(List.of(stream.bytes()), SocketServer.singleBytes(stream.bytes())));
		for (int round = 0; round < 10; round++) {
			cuts.add(SocketServer.randomPieces(stream.bytes(), random));
		}
		for (List<byte[]> pieces : cuts) {
			play(stream, pieces);
			LlmResult result = result();
			stream.expectation().check(new ChatResponse(result.generations().get(0), result.llmOutput()), error());
		}
	}

	@ParameterizedTest
	@MethodSource("streams")
	@DisplayName("G26 a stream that ends after any of its events ends as the events read so far say")
	void shouldEndAsComputedWhenTruncatedAfterAnyEvent(RecordedStream stream) {
		ReferenceReader reference = new ReferenceReader(stream.anthropic());
		List<byte[]> events = ReferenceReader.events(stream.bytes());
		for (int count = 0; count < events.size(); count++) {
			play(stream, events.subList(0, count));
			String context = "after " + count + " of " + events.size() + " events";
			assertThat(outcome()).as(context).isEqualTo(reference.outcome());
			assertThat(result().text()).as(context).isEqualTo(reference.text());
			reference.read(events.get(count));
		}
	}

	private void play(RecordedStream stream, List<byte[]> pieces) {
		this.log.events().clear();
		this.exchange.answer(MemoryExchange.stream(pieces));
		ChatClient.builder(model(stream))
			.callbackManager(MANAGER)
			.retryPolicy(new RetryPolicy(1, RetryPolicy.DEFAULT.initialBackoff(), RetryPolicy.DEFAULT.maxBackoff()))
			.callbacks(this.log)
			.build()
			.prompt("Hello")
			.stream()
			.onErrorComplete()
			.blockLast(ProviderFixture.TIMEOUT);
		assertThat(this.exchange.takeLeaks()).isZero();
	}

	private ChatModel model(RecordedStream stream) {
		ChatOptions options = ChatOptions.builder().model("some-model").build();
		return stream.anthropic()
				? AnthropicChatModel.builder()
					.webClientBuilder(this.exchange.webClientBuilder())
					.defaultOptions(options)
					.build()
				: OpenAiChatModel.builder()
					.webClientBuilder(this.exchange.webClientBuilder())
					.defaultOptions(options)
					.build();
	}

	private CallbackEvent last() {
		return this.log.events().get(this.log.events().size() - 1);
	}

	private LlmResult result() {
		return (last() instanceof LlmError error) ? error.result() : ((LlmEnd) last()).result();
	}

	private @Nullable Throwable error() {
		return (last() instanceof LlmError error) ? error.error() : null;
	}

	private Outcome outcome() {
		Throwable error = error();
		if (error == null) {
			return Outcome.COMPLETE;
		}
		assertThat(error).isInstanceOf(ChatModelException.class);
		return (error instanceof StreamTruncatedException) ? Outcome.TRUNCATED : Outcome.ERROR;
	}

}
