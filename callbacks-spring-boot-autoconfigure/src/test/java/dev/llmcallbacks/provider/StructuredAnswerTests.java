package dev.llmcallbacks.provider;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Signal;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.client.RetryPolicy;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.model.AnswerException;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.model.CutOffAnswerException;
import dev.llmcallbacks.model.MismatchedAnswerException;
import dev.llmcallbacks.model.RefusedAnswerException;
import dev.llmcallbacks.test.EventRecorder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reads typed answers from answers of all known forms.
 */
class StructuredAnswerTests {

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private final MemoryExchange exchange = new MemoryExchange();

	private final EventRecorder recorder = new EventRecorder();

	static List<Transcript> structured() {
		return Transcript.answers().stream().filter((transcript) -> value(transcript).isPresent()).toList();
	}

	static List<Transcript> others() {
		return Transcript.answers().stream().filter((transcript) -> value(transcript).isEmpty()).toList();
	}

	private static Optional<JsonNode> value(Transcript transcript) {
		try {
			return Optional.of(MAPPER.readTree(transcript.expected().path("text").asString("")))
				.filter(JsonNode::isObject);
		}
		catch (JacksonException ex) {
			return Optional.empty();
		}
	}

	@Test
	void shouldKnowStructuredAnswersOfAllProtocols() {
		assertThat(structured()).extracting(Transcript::protocol).contains(Protocol.values());
	}

	@ParameterizedTest
	@MethodSource("structured")
	@DisplayName("G26 an answer in a JSON format is read as a record, however it is cut, and its tokens reach handlers")
	void shouldReadRecord(Transcript transcript) {
		long seed = System.nanoTime();
		System.out.println("Seed of " + transcript + ": " + seed);
		Random random = new Random(seed);
		Class<?> type = value(transcript).orElseThrow().has("harbour") ? Mooring.class
				: value(transcript).orElseThrow().has("city") ? Capital.class : Output.class;
		for (List<byte[]> pieces : List.of(List.of(transcript.body()), SocketServer.singleBytes(transcript.body()),
				SocketServer.randomPieces(transcript.body(), random))) {
			Signal<?> signal = ask(transcript, pieces, type);
			assertThat(signal.getThrowable()).isNull();
			Object read = signal.get();
			assertThat(read).isInstanceOf(type);
			assertThat((Object) MAPPER.valueToTree(read)).isEqualTo(value(transcript).orElseThrow());
			List<LlmNewToken> tokens = this.recorder.events(LlmNewToken.class);
			assertThat(String.join("", tokens.stream().map(LlmNewToken::token).toList()))
				.isEqualTo(transcript.expected().path("text").asString());
			assertThat(tokens).hasSizeGreaterThan(transcript.stream() ? 2 : 0);
		}
	}

	@ParameterizedTest
	@MethodSource("others")
	@DisplayName("G26 an answer that does not match the type is a typed failure with the text, whatever its form")
	void shouldFailWhenAnswerIsOfAnotherForm(Transcript transcript) {
		Throwable failure = ask(transcript, List.of(transcript.body()), Mooring.class).getThrowable();
		assertThat(failure).isInstanceOf(ChatModelException.class);
		if (this.recorder.events(LlmEnd.class).isEmpty()) {
			assertThat(failure).isNotInstanceOf(AnswerException.class);
			return;
		}
		LlmResult result = this.recorder.events(LlmEnd.class).get(0).result();
		Map<String, Object> details = result.generations().get(0).get(0).details();
		FinishReason reason = result.generations().get(0).get(0).finishReason();
		boolean refused = details.containsKey("refusal") || reason == FinishReason.CONTENT_FILTER;
		assertThat(failure).isInstanceOf(refused ? RefusedAnswerException.class
				: (reason == FinishReason.LENGTH) ? CutOffAnswerException.class : MismatchedAnswerException.class);
		assertThat(((AnswerException) failure).getText())
			.isEqualTo(result.text().isEmpty() ? details.getOrDefault("refusal", "") : result.text());
	}

	private Signal<?> ask(Transcript transcript, List<byte[]> pieces, Class<?> type) {
		this.recorder.reset();
		this.exchange.answer(transcript.response(pieces));
		Signal<?> signal = ChatClient.builder(transcript.model("http://localhost", this.exchange.webClientBuilder()))
			.retryPolicy(new RetryPolicy(1, RetryPolicy.DEFAULT.initialBackoff(), RetryPolicy.DEFAULT.maxBackoff()))
			.callbacks(this.recorder)
			.build()
			.prompt("Where may we moor?")
			.entity(type)
			.materialize()
			.block(ProviderFixture.TIMEOUT);
		assertThat(this.exchange.takeLeaks()).isZero();
		return signal;
	}

	record Mooring(String harbour, int depth) {

	}

	record Capital(String city, String country) {

	}

	record Output(int output) {

	}

}
