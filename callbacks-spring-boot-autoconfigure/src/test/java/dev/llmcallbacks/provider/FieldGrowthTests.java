package dev.llmcallbacks.provider;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.scheduler.Schedulers;

import dev.llmcallbacks.model.ChatModel;

import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Reads events in which one field is as large as an event may be, four times in one
 * answer. What is quadratic takes minutes with them, what is linear takes a fraction of a
 * second; so the limit is generous.
 */
class FieldGrowthTests extends PayloadFixture {

	private static final int SIZE = 4 * 1024 * 1024;

	private static final Duration LIMIT = Duration.ofSeconds(30);

	@BeforeEach
	void allowLargeEvents() {
		maxEventSize(SIZE + 1000);
	}

	static Stream<Arguments> payloadsOfOpenAi() {
		return Map
			.ofEntries(Map.entry("content", choice("\"content\":\"%s\"", "x")),
					Map.entry("escaped content", choice("\"content\":\"%s\"", "\\n")),
					Map.entry("halves of characters", choice("\"content\":\"%s\"", "\\ud83d")),
					Map.entry("parts of content", choice("\"content\":[%s\"\"]", "\"x\",")),
					Map.entry("text parts of content", choice("\"content\":[%s\"\"]", "{\"text\":\"x\"},")),
					Map.entry("thinking parts", choice("\"content\":[{\"thinking\":[%s\"\"]}]", "\"x\",")),
					Map.entry("content again and again", choice("%s\"content\":\"x\"", "\"content\":[\"x\"],")),
					Map.entry("reasoning", choice("\"reasoning\":\"%s\"", "x")),
					Map.entry("refusal", choice("\"refusal\":\"%s\"", "x")),
					Map.entry("refusals", choice("%s\"content\":\"x\"", "\"refusal\":\"x\",")),
					Map.entry("reasoning details", choice("\"reasoning_details\":[%s{}]", "{\"text\":\"x\"},")),
					Map.entry("fields of reasoning details", choice("\"reasoning_details\":[{%s\"a\":1}]", "\"b\":2,")),
					Map.entry("tool calls without index", choice("\"tool_calls\":[%s{}]", "{\"id\":\"a\"},")),
					Map.entry("arguments",
							choice("\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"%s\"}}]", "{")),
					Map.entry("arguments as an object",
							choice("\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":[%s1]}}]", "1,")),
					Map.entry("arguments again and again",
							choice("\"tool_calls\":[{\"index\":0,\"function\":{%s\"name\":\"f\"}}]",
									"\"arguments\":\"x\",")),
					Map.entry("name of a tool",
							choice("\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"name\":\"%s\"}]", "x")),
					Map.entry("fields of a tool call", choice("\"tool_calls\":[{%s\"id\":\"a\"}]", "\"x\":[1],")),
					Map.entry("extra content", choice("\"extra_content\":{%s\"a\":1}", "\"x\":[1],")),
					Map.entry("extra content again and again",
							choice("%s\"content\":\"x\"", "\"extra_content\":{\"x\":1},")),
					Map.entry("thinking blocks", choice("\"thinking_blocks\":[%s{}]", "{\"thinking\":\"x\"},")),
					Map.entry("unknown parts", choice("\"content\":[%s\"\"]", "{\"type\":\"x\"},")),
					Map.entry("choices", "{\"choices\":[" + fill("{},", SIZE) + "{}]}"),
					Map.entry("model", "{\"model\":\"" + fill("x", SIZE) + "\"}"),
					Map.entry("unknown fields", "{" + fill("\"x\":{\"y\":[1]},", SIZE) + "\"choices\":[]}"),
					Map.entry("usage", "{\"usage\":{" + fill("\"prompt_tokens\":1,", SIZE) + "\"a\":1}}"),
					Map.entry("error", "{\"error\":{\"message\":\"" + fill("<script ", SIZE) + "\"}}"),
					Map.entry("markup", "<html>" + fill("<script ", SIZE)),
					Map.entry("finish reason", "{\"choices\":[{\"finish_reason\":\"" + fill("x", SIZE) + "\"}]}"))
			.entrySet()
			.stream()
			.map((entry) -> Arguments.of(entry.getKey(), entry.getValue()));
	}

	static Stream<Arguments> payloadsOfAnthropic() {
		return Map
			.ofEntries(Map.entry("text", delta("\"type\":\"text_delta\",\"text\":\"%s\"", "x")),
					Map.entry("thinking", delta("\"type\":\"thinking_delta\",\"thinking\":\"%s\"", "x")),
					Map.entry("signature", delta("\"type\":\"signature_delta\",\"signature\":\"%s\"", "x")),
					Map.entry("partial JSON", delta("\"type\":\"input_json_delta\",\"partial_json\":\"%s\"", "{")),
					Map.entry("text again and again", delta("%s\"a\":1", "\"text\":\"x\",")),
					Map.entry("input", start("{\"type\":\"tool_use\",\"input\":{%s\"a\":1}}", "\"x\":1,")),
					Map.entry("fields of a block", start("{\"type\":\"text\",%s\"a\":1}", "\"x\":[1],")),
					Map.entry("fields of an unknown block", start("{\"type\":\"x\",%s\"a\":1}", "\"x\":[1],")),
					Map.entry("additions", delta("%s\"a\":1", "\"x\":[1],")),
					Map.entry("thinking of the start",
							start("{\"type\":\"thinking\",%s\"a\":1}", "\"thinking\":\"x\",")),
					Map.entry("blocks of a message",
							"{\"type\":\"message_start\",\"message\":{\"content\":[" + fill("{},", SIZE) + "{}]}}"),
					Map.entry("stop details",
							"{\"type\":\"message_delta\",\"delta\":{\"stop_details\":{" + fill("\"x\":[1],", SIZE)
									+ "\"a\":1}}}"),
					Map.entry("unknown", "{\"type\":\"ping\"," + fill("\"x\":{\"y\":[1]},", SIZE) + "\"a\":1}"))
			.entrySet()
			.stream()
			.map((entry) -> Arguments.of(entry.getKey(), entry.getValue()));
	}

	static Stream<Arguments> payloadsOfResponses() {
		String done = "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":%s}";
		return Map
			.ofEntries(Map.entry("text", itemDelta("output_text", 0, fill("x", SIZE))),
					Map.entry("escaped text", itemDelta("output_text", 0, fill("\\n", SIZE))),
					Map.entry("reasoning", itemDelta("reasoning_text", 0, fill("x", SIZE))),
					Map.entry("refusal", itemDelta("refusal", 0, fill("x", SIZE))),
					Map.entry("arguments", itemDelta("function_call_arguments", 0, fill("{", SIZE))),
					Map.entry("parts of a message",
							done.formatted("{\"type\":\"message\",\"content\":["
									+ fill("{\"type\":\"output_text\",\"text\":\"x\"},", SIZE) + "{}]}")),
					Map.entry("fields of a call",
							done.formatted("{\"type\":\"function_call\"," + fill("\"x\":[1],", SIZE) + "\"a\":1}")),
					Map.entry("fields of reasoning",
							done.formatted("{\"type\":\"reasoning\",\"status\":\"completed\","
									+ fill("\"x\":[1],", SIZE) + "\"a\":1}")),
					Map.entry("output",
							"{\"type\":\"response.completed\",\"response\":{\"output\":[" + fill("{},", SIZE)
									+ "{}]}}"),
					Map.entry("unknown", "{\"type\":\"x\"," + fill("\"x\":{\"y\":[1]},", SIZE) + "\"a\":1}"))
			.entrySet()
			.stream()
			.map((entry) -> Arguments.of(entry.getKey(), entry.getValue()));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("payloadsOfResponses")
	@DisplayName("D2 G41 every field is read in linear time")
	void shouldReadFieldsOfResponses(String field, String payload) {
		answer(stream(payload, payload, payload, payload));
		readInTime(responses());
	}

	@Test
	@DisplayName("D2 G41 fields that are sent one by one are merged in linear time")
	void shouldMergeFieldsInLinearTime() {
		String[] payloads = IntStream.range(0, 60_000)
			.mapToObj((i) -> "{\"choices\":[{\"delta\":{\"extra_content\":{\"x\":{\"f" + i + "\":1}}}}]}")
			.toArray(String[]::new);
		answer(stream(payloads) + stream("[DONE]"));
		readInTime(openAi());
		String fields = IntStream.range(0, 60_000).mapToObj((i) -> "\"f" + i + "\":1").collect(Collectors.joining(","));
		answer(stream(toolCalls("{\"index\":0,\"id\":\"a\"," + fields + "}"), "[DONE]"));
		readInTime(openAi());
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("payloadsOfOpenAi")
	@DisplayName("D2 G41 every field is read in linear time")
	void shouldReadFieldsOfOpenAi(String field, String payload) {
		answer(stream(payload, payload, payload, payload));
		readInTime(openAi());
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("payloadsOfAnthropic")
	@DisplayName("D2 G41 every field is read in linear time")
	void shouldReadFieldsOfAnthropic(String field, String payload) {
		String block = "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"thinking\"}}";
		answer(stream(START, block, payload, payload, payload, payload));
		readInTime(anthropic());
	}

	private static void readInTime(ChatModel model) {
		assertThatNoException().isThrownBy(() -> model.stream(ProviderFixture.REQUEST)
			.collectList()
			.map(ProviderFixture::answer)
			.onErrorComplete()
			.subscribeOn(Schedulers.boundedElastic())
			.block(LIMIT));
	}

	private static String choice(String delta, String filling) {
		return "{\"choices\":[{\"delta\":{" + delta.formatted(fill(filling, SIZE)) + "}}]}";
	}

	private static String delta(String delta, String filling) {
		return "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{" + delta.formatted(fill(filling, SIZE))
				+ "}}";
	}

	private static String start(String block, String filling) {
		return "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":" + block.formatted(fill(filling, SIZE))
				+ "}";
	}

	private static String fill(String filling, int size) {
		return filling.repeat((size - 200) / filling.length());
	}

}
