package dev.llmcallbacks.client;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.core.ParameterizedTypeReference;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.ResponseFormat;
import dev.llmcallbacks.model.AnswerException;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.CutOffAnswerException;
import dev.llmcallbacks.model.MismatchedAnswerException;
import dev.llmcallbacks.model.RefusedAnswerException;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ChatClient.PromptSpec#entity}.
 */
class EntityTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final EventRecorder log = new EventRecorder(TIMEOUT);

	private <T> Mono<T> ask(ScriptedAnswer answer, Class<T> type) {
		return client(answer).prompt("Tell me").entity(type);
	}

	private ChatClient client(ScriptedAnswer answer) {
		return ChatClient.builder(new ScriptedChatModel(answer)).callbacks(this.log).build();
	}

	@Test
	@DisplayName("an answer is read as a record, and handlers receive its tokens as ever")
	void shouldReadRecord() {
		City city = ask(
				ScriptedAnswer.tokens("{\"name\":\"Oslo\",", "\"founded\":\"1048-01-01\",\"size\":\"LARGE\",",
						"\"twins\":[{\"name\":\"Göteborg\",\"size\":\"LARGE\",\"twins\":[]}],\"mayor\":null}"),
				City.class)
			.block(TIMEOUT);
		assertThat(city).isEqualTo(new City("Oslo", LocalDate.of(1048, 1, 1), Size.LARGE,
				List.of(new City("Göteborg", null, Size.LARGE, List.of(), Optional.empty())), Optional.empty()));
		assertThat(this.log.events(LlmNewToken.class)).hasSize(3);
		assertThat(this.log.events(LlmEnd.class)).hasSize(1);
		ResponseFormat format = this.log.events(ChatModelStart.class).get(0).options().responseFormat();
		assertThat(format.name()).isEqualTo("City");
	}

	@Test
	@DisplayName("a type that is no object is wrapped in one")
	void shouldReadValuesThatAreNoObjects() {
		assertThat(client(ScriptedAnswer.text("{\"value\":[\"a\",\"b\"]}")).prompt("x")
			.entity(new ParameterizedTypeReference<List<String>>() {
			})
			.block(TIMEOUT)).containsExactly("a", "b");
		assertThat(ask(ScriptedAnswer.text("{\"value\":42}"), Integer.class).block(TIMEOUT)).isEqualTo(42);
		assertThat(ask(ScriptedAnswer.text("{\"value\":\"SMALL\"}"), Size.class).block(TIMEOUT)).isEqualTo(Size.SMALL);
		assertThat(client(ScriptedAnswer.text("{\"value\":{\"a\":1}}")).prompt("x")
			.entity(new ParameterizedTypeReference<Map<String, Integer>>() {
			})
			.block(TIMEOUT)).isEqualTo(Map.of("a", 1));
		assertThat(this.log.events(ChatModelStart.class).get(1).options().responseFormat().schema())
			.isEqualTo(Map.of("type", "object", "properties", Map.of("value", Map.of("type", "integer")), "required",
					List.of("value"), "additionalProperties", false));
	}

	@Test
	void shouldPassOverFenceOfMarkdown() {
		assertThat(ask(ScriptedAnswer.text("\n```json\n{\"value\": 1}\n```\n"), Integer.class).block(TIMEOUT))
			.isEqualTo(1);
	}

	@Test
	@DisplayName("an answer that does not fit is a typed failure with the text and the place")
	void shouldFailWhenAnswerDoesNotFit() {
		Map<String, String> places = Map.of("SECRET", "line 1", "{\"value\": SECRET}", "line 1",
				"{\"value\":\"SECRET\"}", "/value", "{}", "", "[]", "", "{\"value\":1} SECRET", "line 1",
				"{\"value\":99999999999}", "/value", "", "");
		places.forEach((text, place) -> assertThatExceptionOfType(MismatchedAnswerException.class)
			.isThrownBy(() -> ask(ScriptedAnswer.text(text), Integer.class).block(TIMEOUT))
			.satisfies((ex) -> {
				assertThat(ex.getText()).isEqualTo(text);
				assertThat(ex.getPlace()).as(text).startsWith(place);
				assertThat(stackTrace(ex)).doesNotContain("SECRET");
				assertThat(ex.isRetryable()).isFalse();
			}));
		assertThat(this.log.events(LlmEnd.class)).hasSize(places.size());
	}

	private static String stackTrace(Throwable failure) {
		StringWriter text = new StringWriter();
		failure.printStackTrace(new PrintWriter(text));
		return text.toString();
	}

	@Test
	@DisplayName("a refusal and a cut-off are typed failures of their own")
	void shouldFailWhenModelRefusesOrIsCutOff() {
		assertFailure(RefusedAnswerException.class, "{\"value\":", FinishReason.CONTENT_FILTER, Map.of(), "");
		assertFailure(RefusedAnswerException.class, "", FinishReason.STOP, Map.of("refusal", "I cannot"), "");
		AnswerException cut = assertFailure(CutOffAnswerException.class, "{\"value\":\n 1", FinishReason.LENGTH,
				Map.of(), "line 2, column 3");
		assertThat(cut).hasMessageContaining("callbacks.chat.max-tokens").hasMessageContaining("line 2, column 3");
	}

	private AnswerException assertFailure(Class<? extends AnswerException> type, String text, FinishReason reason,
			Map<String, Object> details, String place) {
		ChatModel model = new StreamingModel(
				Flux.just(new ChatChunk(0, text, null, List.of(), reason, "raw", null, "m", "id", details)));
		AnswerException failure = (AnswerException) ChatClient.builder(model)
			.build()
			.prompt("x")
			.entity(Integer.class)
			.materialize()
			.block(TIMEOUT)
			.getThrowable();
		assertThat(failure).isInstanceOf(type);
		assertThat(failure.getText()).isEqualTo(text.isEmpty() ? "I cannot" : text);
		assertThat(failure.getPlace()).isEqualTo(place);
		return failure;
	}

	@Test
	@DisplayName("G41 an answer is not read on an event loop")
	void shouldReadOnThreadThatMayBlock() {
		ChatModel model = new StreamingModel(Mono
			.just(new ChatChunk(0, "{\"given\":\"x\"}", null, List.of(), FinishReason.STOP, "stop", null, "m", "id",
					Map.of()))
			.publishOn(Schedulers.parallel())
			.flux());
		assertThat(ChatClient.builder(model).build().prompt("x").entity(ThreadName.class).block(TIMEOUT).thread())
			.doesNotContain("parallel");
	}

	@Test
	void shouldRefuseTypeThatCannotBeRead() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> client(ScriptedAnswer.text("{}")).prompt("x").entity(Runnable.class));
	}

	@Test
	@DisplayName("the options of a call put a format over that of the client, and a type over both")
	void shouldUseFormatOfType() {
		ChatClient client = client(ScriptedAnswer.text("{\"value\":1}")).mutate()
			.defaultOptions(ChatOptions.builder().responseFormat(ResponseFormat.json()).build())
			.build();
		client.prompt("x").text().block(TIMEOUT);
		client.prompt("x").entity(Integer.class).block(TIMEOUT);
		assertThat(this.log.events(ChatModelStart.class)).extracting((start) -> start.options().responseFormat())
			.satisfiesExactly((first) -> assertThat(first).isEqualTo(ResponseFormat.json()),
					(second) -> assertThat(second.name()).isEqualTo("Integer"));
	}

	record StreamingModel(Flux<ChatChunk> chunks) implements ChatModel {

		@Override
		public Flux<ChatChunk> stream(ChatRequest request) {
			return this.chunks;
		}

		@Override
		public Mono<ChatResponse> call(ChatRequest request) {
			return Mono.error(new UnsupportedOperationException());
		}

	}

	enum Size {

		SMALL, LARGE

	}

	record City(String name, @Nullable LocalDate founded, Size size, List<City> twins, Optional<String> mayor) {

	}

	record ThreadName(String given) {

		private static final AtomicReference<String> threads = new AtomicReference<>();

		ThreadName {
			threads.set(Thread.currentThread().getName());
		}

		String thread() {
			return threads.get();
		}

	}

}
