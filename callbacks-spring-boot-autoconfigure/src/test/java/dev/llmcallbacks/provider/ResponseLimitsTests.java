package dev.llmcallbacks.provider;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.model.UnreadableResponseException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a response may hold, and what is an error because it is more.
 */
class ResponseLimitsTests extends PayloadFixture {

	@Test
	@DisplayName("S3 G41 more than 128 choices are an error, in a body of any size, before anything is made of them")
	void shouldLimitChoices() {
		String choices = "{\"choices\":[" + "{},".repeat(1_000_000) + "{}]}";
		answerJson(choices);
		expectFailure(openAi(), "128 choices");
		answer(stream("{\"choices\":[" + "{},".repeat(200) + "{}]}"));
		expectFailure(openAi(), "128 choices");
	}

	@ParameterizedTest
	@ValueSource(strings = { "128", "300000", "-1", "1e10", "-2147483649", "99999999999999999999" })
	@DisplayName("S3 G41 the index of a choice is from 0 to 127")
	void shouldCheckIndexOfChoice(String index) {
		answer(stream("{\"choices\":[{\"index\":" + index + ",\"delta\":{\"content\":\"a\"}}]}"));
		expectFailure(openAi(), "0 to 127");
	}

	@Test
	void shouldReadAllChoicesThatAreAllowed() {
		String choices = IntStream.range(0, 128)
			.mapToObj((i) -> "{\"index\":" + i + ",\"delta\":{\"content\":\"" + i + "\"},\"finish_reason\":\"stop\"}")
			.collect(Collectors.joining(","));
		answer(stream("{\"choices\":[" + choices + "]}", "[DONE]"));
		assertThat(read(openAi()).generations()).hasSize(128).allMatch((generation) -> !generation.text().isEmpty());
	}

	@Test
	@DisplayName("S3 G41 more than 1,024 content blocks, open or in one message, are an error")
	void shouldLimitBlocks() {
		String message = "{\"type\":\"message\",\"content\":[" + "{},".repeat(1_000_000) + "{}]}";
		answerJson(message);
		expectFailure(anthropic(), "1024 open content blocks");
		String[] starts = IntStream.range(0, 1025)
			.mapToObj((i) -> blockStart(i, "{\"type\":\"text\",\"text\":\"\"}"))
			.toArray(String[]::new);
		answer(stream(START) + stream(starts));
		expectFailure(anthropic(), "1024 open content blocks");
	}

	@Test
	@DisplayName("D2 S3 G41 more than 1,024 tool calls, or fragments of them in one event, are an error")
	void shouldLimitToolCalls() {
		String[] calls = IntStream.range(0, 1025)
			.mapToObj((i) -> toolCalls("{\"id\":\"" + i + "\",\"function\":{\"name\":\"f\"}}"))
			.toArray(String[]::new);
		answer(stream(calls));
		expectFailure(openAi(), "1024 tool calls");
		answer(stream(toolCalls("{\"index\":0},".repeat(2000) + "{\"index\":0}")));
		expectFailure(openAi(), "1024 tool calls");
		String[] blocks = IntStream.range(0, 1025)
			.mapToObj((i) -> blockStart(0, "{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"f\"}"))
			.toArray(String[]::new);
		answer(stream(START) + stream(blocks));
		expectFailure(anthropic(), "1024 tool calls");
	}

	@Test
	@DisplayName("S3 S4 G41 items, calls and text of a response are limited")
	void shouldLimitItems() {
		String[] items = IntStream.range(0, 1025)
			.mapToObj((i) -> itemDelta("output_text", i, ""))
			.toArray(String[]::new);
		answer(stream(items));
		expectFailure(responses(), "1024 open content blocks");
		answerJson("{\"status\":\"completed\",\"output\":[" + "{},".repeat(1_000_000) + "{}]}");
		expectFailure(responses(), "1024 open content blocks");
		maxAnswerSize(10_000);
		String text = "x".repeat(1000);
		for (String kind : List.of("output_text", "reasoning_text", "refusal")) {
			answer(stream(itemDelta(kind, 0, text)).repeat(11));
			expectTooLarge(responses());
		}
		answer(stream(
				"{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{\"type\":\"new\",\"data\":\""
						+ text.repeat(11) + "\"}}"));
		expectTooLarge(responses());
	}

	@Test
	@DisplayName("S3 G41 more than 1,024 parts of reasoning are an error")
	void shouldLimitPartsOfReasoning() {
		String part = "{\"type\":\"reasoning.encrypted\",\"data\":\"x\"},";
		String parts = "\"delta\":{\"reasoning_details\":[" + part.repeat(600) + "{}]}";
		answer(stream(choice(parts), choice(parts)));
		expectFailure(openAi(), "1024 parts of reasoning");
	}

	@Test
	@DisplayName("S4 G41 an answer with more text than callbacks.max-answer-size is an error, what came before is handed on")
	void shouldLimitTextOfAnswer() {
		maxAnswerSize(10_000);
		String text = "x".repeat(1000);
		for (String delta : List.of("{\"content\":\"" + text + "\"}", "{\"reasoning\":\"" + text + "\"}",
				"{\"refusal\":\"" + text + "\"}",
				"{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"" + text
						+ "\"}}]}",
				"{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"" + text + "\"}]}",
				"{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"other\":[\"" + text + "\"]}]}")) {
			String event = choice("\"delta\":" + delta);
			answer(stream(event).repeat(11));
			expectTooLarge(openAi());
			answer(stream(event).repeat(9) + stream("[DONE]"));
			assertThat(read(openAi()).generations()).hasSize(1);
		}
		for (String delta : List.of("{\"type\":\"text_delta\",\"text\":\"" + text + "\"}",
				"{\"type\":\"thinking_delta\",\"thinking\":\"" + text + "\"}",
				"{\"type\":\"signature_delta\",\"signature\":\"" + text + "\"}")) {
			answer(stream(START, blockStart(0, "{\"type\":\"thinking\",\"thinking\":\"\"}"))
					+ stream(blockDelta(0, delta)).repeat(11));
			expectTooLarge(anthropic());
		}
		answerJson("{\"choices\":[{\"message\":{\"content\":\"" + text.repeat(11) + "\"}}]}");
		expectTooLarge(openAi());
	}

	@Test
	@DisplayName("S4 G41 names and ids count as text")
	void shouldCountNamesAndIds() {
		maxAnswerSize(10_000);
		String[] calls = IntStream.range(0, 20)
			.mapToObj((i) -> toolCalls("{\"id\":\"" + i + "x".repeat(600) + "\",\"function\":{\"name\":\"f\"}}"))
			.toArray(String[]::new);
		answer(stream(calls));
		expectTooLarge(openAi());
	}

	private static void expectTooLarge(ChatModel model) {
		expectFailure(model, "more than 10000 characters");
	}

	private static void expectFailure(ChatModel model, String what) {
		ChatModelException failure = failure(model);
		assertThat(failure).isExactlyInstanceOf(UnreadableResponseException.class)
			.hasMessageContaining(what)
			.hasMessageContaining("callbacks.max-answer-size");
	}

}
