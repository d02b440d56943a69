package dev.llmcallbacks.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.client.RetryPolicy;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.model.StreamTruncatedException;
import dev.llmcallbacks.provider.ReferenceReader.Outcome;
import dev.llmcallbacks.provider.SocketServer.Response;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.RecordedEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Plays answers of all known forms through the {@code ChatClient}, cut in many ways, and
 * looks at what a handler receives.
 */
class TranscriptClientTests {

	private static final CallbackManager MANAGER = CallbackManager.builder().build();

	/**
	 * Size in bytes beyond which a recording is cut in fewer ways: each buffer is
	 * tracked.
	 */
	private static final int LARGE = 8 * 1024;

	private final MemoryExchange exchange = new MemoryExchange();

	private final EventRecorder recorder = new EventRecorder();

	static List<Transcript> answers() {
		return Transcript.answers();
	}

	static List<Transcript> streams() {
		return Transcript.streams();
	}

	@ParameterizedTest
	@MethodSource("answers")
	@DisplayName("G26 G27 text, tool calls, usage, model and finish reason reach a handler however the answer is cut")
	void shouldTellHandlerTheAnswerHoweverItIsCut(Transcript transcript) {
		long seed = System.nanoTime();
		System.out.println("Seed of " + transcript + ": " + seed);
		Random random = new Random(seed);
		boolean large = transcript.body().length > LARGE;
		List<List<byte[]>> cuts = new ArrayList<>(List.of(List.of(transcript.body())));
		if (!large) {
			cuts.add(SocketServer.singleBytes(transcript.body()));
		}
		for (int round = 0; round < (large ? 2 : 10); round++) {
			cuts.add(SocketServer.randomPieces(transcript.body(), random));
		}
		ChatClient client = client(transcript);
		for (List<byte[]> pieces : cuts) {
			play(client, transcript.response(pieces));
			LlmResult result = result();
			transcript.expectation().check(new ChatResponse(generations(result), result.llmOutput()), error());
		}
	}

	@ParameterizedTest
	@MethodSource("streams")
	@DisplayName("G26 a stream that ends after any of its events ends as the events read so far say")
	void shouldEndAsComputedWhenTruncatedAfterAnyEvent(Transcript transcript) {
		ChatClient client = client(transcript);
		ReferenceReader reference = new ReferenceReader(transcript.protocol());
		List<byte[]> events = ReferenceReader.events(transcript.body());
		for (int count = 0; count <= events.size(); count++) {
			play(client, MemoryExchange.stream(events.subList(0, count)));
			String context = "after " + count + " of " + events.size() + " events";
			assertThat(outcome()).as(context).isEqualTo(reference.outcome());
			assertThat(result().text()).as(context).isEqualTo(reference.text());
			if (count < events.size()) {
				reference.read(events.get(count));
			}
		}
	}

	private ChatClient client(Transcript transcript) {
		return ChatClient.builder(transcript.model("http://localhost", this.exchange.webClientBuilder()))
			.callbackManager(MANAGER)
			.retryPolicy(new RetryPolicy(1, RetryPolicy.DEFAULT.initialBackoff(), RetryPolicy.DEFAULT.maxBackoff()))
			.callbacks(this.recorder)
			.build();
	}

	private void play(ChatClient client, Response response) {
		this.recorder.reset();
		this.exchange.answer(response);
		client.prompt("Hello").stream().onErrorComplete().blockLast(ProviderFixture.TIMEOUT);
		assertThat(this.exchange.takeLeaks()).isZero();
	}

	private CallbackEvent last() {
		List<RecordedEvent> events = this.recorder.events();
		return events.get(events.size() - 1).event();
	}

	private LlmResult result() {
		return (last() instanceof LlmError error) ? error.result() : ((LlmEnd) last()).result();
	}

	private static List<ChatGeneration> generations(LlmResult result) {
		return result.generations().isEmpty() ? List.of() : result.generations().get(0);
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
