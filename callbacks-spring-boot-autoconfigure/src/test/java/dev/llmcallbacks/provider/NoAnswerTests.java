package dev.llmcallbacks.provider;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.model.OverloadedException;
import dev.llmcallbacks.model.RateLimitedException;
import dev.llmcallbacks.model.ServerErrorException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is an answer, what is not, and what is no part of it.
 */
class NoAnswerTests extends PayloadFixture {

	@ParameterizedTest
	@ValueSource(strings = { "{\"id\":\"c1\",\"model\":\"m\",\"choices\":null}",
			"{\"id\":\"c1\",\"choices\":null,\"base_resp\":{\"status_code\":1008,\"status_msg\":\"what it said\"}}",
			"{\"id\":\"c1\",\"choices\":[],\"note\":\"what it said\"}", "{\"id\":\"what it said\"}",
			"{\"id\":\"c1\",\"status\":\"what it said\"}", "{\"id\":\"what it said\",\"choices\":[{}]}",
			"{\"id\":\"what it said\",\"choices\":[{\"message\":null}]}",
			"{\"error_code\":336501,\"error_msg\":\"what it said\",\"id\":\"as-1\"}" })
	@DisplayName("G26 a 200 without a choice is a typed error with what the server said")
	void shouldFailWhenThereIsNoChoice(String body) {
		String said = body.contains("what it said") ? "what it said" : "c1";
		assertThat(failure(answerJson(body).openAi())).hasMessageContaining(said);
		assertThat(failure(answer(stream(body, "[DONE]")).openAi())).hasMessageContaining(said);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"type\":\"message\",\"id\":\"what it said\"}",
			"{\"type\":\"message\",\"content\":[],\"id\":\"what it said\"}", "{\"id\":\"what it said\"}" })
	@DisplayName("G26 a 200 without a content block is a typed error with what the server said")
	void shouldFailWhenThereIsNoBlock(String body) {
		assertThat(failure(answerJson(body).anthropic())).hasMessageContaining("what it said");
		assertThat(failure(answer(stream(START, STOP)).anthropic())).hasMessageContaining("holds no answer");
	}

	@Test
	void shouldTakeAnEmptyAnswerForAnAnswer() {
		answer(stream(START, END_TURN, STOP));
		assertThat(message(anthropic()).text()).isEmpty();
		answer(stream("{\"choices\":[],\"id\":\"a\"}", choice("\"delta\":{\"content\":\"\"}"), finish("stop"),
				"{\"choices\":[],\"usage\":{\"prompt_tokens\":1}}", "[DONE]"));
		assertThat(message(openAi()).text()).isEmpty();
	}

	@Test
	@DisplayName("G28 what the server says instead of an answer is looked up like any error")
	void shouldLookUpWhatTheServerSaid() {
		String body = "{\"id\":\"c1\",\"code\":\"rate_limit_exceeded\",\"msg\":\"Slow down\"}";
		assertThat(failure(answerJson(body).openAi())).isExactlyInstanceOf(RateLimitedException.class)
			.hasMessageContaining("Slow down");
	}

	@Test
	@DisplayName("G26 the finish reason 'error' is a failure, after the text before it")
	void shouldFailWhenFinishReasonIsError() {
		answer(stream(choice("\"delta\":{\"content\":\"secret\"}"),
				choice("\"delta\":{\"content\":\"!\"},\"finish_reason\":\"error\""), "[DONE]"));
		List<String> texts = new ArrayList<>();
		Throwable failure = openAi().stream(ProviderFixture.REQUEST)
			.doOnNext((chunk) -> texts.add(chunk.text()))
			.then()
			.materialize()
			.block(ProviderFixture.TIMEOUT)
			.getThrowable();
		assertThat(failure).isExactlyInstanceOf(ServerErrorException.class)
			.hasMessageContaining("finish reason 'error'")
			.hasMessageNotContaining("secret");
		assertThat(texts).containsExactly("secret", "!");
	}

	@Test
	@DisplayName("G26 DeepSeek's finish reason for a lack of resources is a failure that can be retried")
	void shouldFailWhenResourcesAreMissing() {
		answer(stream(choice("\"delta\":{\"content\":\"\"},\"finish_reason\":\"insufficient_system_resource\""),
				"[DONE]"));
		ChatModelException failure = failure(openAi());
		assertThat(failure).isExactlyInstanceOf(OverloadedException.class)
			.hasMessageContaining("insufficient_system_resource");
		assertThat(failure.isRetryable()).isTrue();
	}

	@Test
	@DisplayName("usage inside of a choice is read")
	void shouldReadUsageOfChoice() {
		answer(stream(choice("\"delta\":{\"content\":\"a\"}"), choice(
				"\"delta\":{},\"finish_reason\":\"stop\",\"usage\":{\"prompt_tokens\":19,\"completion_tokens\":13,"
						+ "\"total_tokens\":32}"),
				"[DONE]"));
		assertThat(read(openAi()).llmOutput().tokenUsage()).isEqualTo(new TokenUsage(19, 13, 32, 0, 0, 0));
	}

	@Test
	@DisplayName("S19 counts are never negative, and sums do not overflow")
	void shouldNotBelieveEveryUsage() {
		answer(stream(choice("\"delta\":{\"content\":\"a\"}"),
				"{\"choices\":[],\"usage\":{\"prompt_tokens\":-5,\"completion_tokens\":99999999999,\"cached_tokens\":-1}}",
				"[DONE]"));
		assertThat(read(openAi()).llmOutput().tokenUsage())
			.isEqualTo(new TokenUsage(0, Integer.MAX_VALUE, Integer.MAX_VALUE, 0, 0, 0));
		answer(stream(START,
				"{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"input_tokens\":2147483647,"
						+ "\"cache_read_input_tokens\":2147483647,\"output_tokens\":2147483647}}",
				STOP));
		assertThat(read(anthropic()).llmOutput().tokenUsage()).isEqualTo(
				new TokenUsage(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, 0, 0));
	}

	@Test
	@DisplayName("a whole body is read from its message, an empty delta beside it or not")
	void shouldReadMessageOfWholeBody() {
		for (String choice : List.of(
				"\"message\":{\"content\":\"Hi\"},\"delta\":{\"role\":\"assistant\",\"content\":\"\"}",
				"\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"message\":{\"content\":\"Hi\"}",
				"\"delta\":{\"content\":\"Hi\"},\"message\":null")) {
			answerJson("{\"choices\":[{\"index\":0," + choice + ",\"finish_reason\":\"stop\"}]}");
			assertThat(whole(openAi()).text()).isEqualTo("Hi");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "2026-11-29 20:00:00.000001", "1764000000", "40%", "\"\"", "[]", "null", "{",
			"{\"code\":200,\"message\":\"queued\"}", "{\"detail\":\"queued\"}", "{\"error\":{\"message\":\"none\"}}",
			"{\"id\":\"other\",\"model\":\"other\"}", "{\"choices\":null,\"error\":\"x\"}" })
	@DisplayName("G27 an event of an unknown kind is ignored, whatever its data")
	void shouldIgnoreUnknownEvents(String data) {
		String unknown = "event: progress\ndata: " + data + "\n\n";
		answer(unknown + stream(choice("\"delta\":{\"content\":\"a\"}")) + unknown
				+ stream(choice("\"delta\":{\"content\":\"b\"}"), finish("stop"), "[DONE]"));
		assertThat(read(openAi())).satisfies((response) -> {
			assertThat(response.generations().get(0).text()).isEqualTo("ab");
			assertThat(response.llmOutput().id()).isEqualTo("c1");
			assertThat(response.llmOutput().modelName()).isEqualTo("m");
		});
		answer(unknown + stream(START) + unknown + stream(blockDelta(0, "{\"type\":\"text_delta\",\"text\":\"a\"}"))
				+ unknown + stream(END_TURN, STOP));
		assertThat(message(anthropic()).text()).isEqualTo("a");
		answer(unknown + stream(itemDelta("output_text", 0, "a")) + unknown + stream(itemDelta("output_text", 0, "b"))
				+ unknown + stream(completed()));
		assertThat(message(responses()).text()).isEqualTo("ab");
	}

	@Test
	@DisplayName("G27 a chunk of the protocol is one under any name")
	void shouldReadChunksUnderAnyName() {
		answer("event: completion\ndata: " + choice("\"delta\":{\"content\":\"a\"}") + "\n\n"
				+ "event: completion\ndata: " + finish("stop") + "\n\nevent: done\ndata: [DONE]\n\n");
		List<ChatChunk> chunks = chunks(openAi());
		assertThat(ProviderFixture.answer(chunks).generations().get(0).text()).isEqualTo("a");
		assertThat(chunks).extracting(ChatChunk::finishReason).contains(FinishReason.STOP);
	}

	@Test
	@DisplayName("G27 an unknown event never matches as a repetition of an error")
	void shouldFailWhenErrorRepeatsAChunk() {
		String chunk = choice("\"delta\":{\"content\":\"a\"}");
		answer(stream(chunk, chunk) + "event: error\ndata: " + chunk + "\n\n");
		ChatModelException failure = failure(openAi());
		assertThat(failure).isInstanceOf(ServerErrorException.class);
	}

}
