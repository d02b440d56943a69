package dev.llmcallbacks.provider;

import java.util.List;

import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ToolCall;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What servers make of tool calls, and what is read.
 */
class ToolCallTests extends PayloadFixture {

	private static final String ROME = "{\\\"city\\\":\\\"Rome\\\"}";

	private static final String CET = "{\\\"zone\\\":\\\"CET\\\"}";

	@Test
	@DisplayName("D15 G35 two names with whole arguments under one index and without an id are two calls")
	void shouldTellCallsApartByANewName() {
		assertThat(streamed(toolCalls(call(0, "", "weather", ROME)), toolCalls(call(0, "", "time", CET))))
			.extracting(ToolCall::name, (call) -> call.parsedArguments().toString())
			.containsExactly(tuple("weather", "{city=Rome}"), tuple("time", "{zone=CET}"));
		assertThat(streamed(toolCalls(call(0, "", "weather", ROME), call(0, "", "time", CET)))).hasSize(2);
	}

	@Test
	@DisplayName("G35 a name after complete arguments begins another call, the same name too")
	void shouldTellCallsApartByCompleteArguments() {
		assertThat(streamed(toolCalls(call(0, null, "get_weather", "{\\\"city\\\":1}")),
				toolCalls(call(0, null, "get_weather", "{\\\"city\\\":2}"))))
			.extracting(ToolCall::arguments)
			.containsExactly("{\"city\":1}", "{\"city\":2}");
		assertThat(streamed(toolCalls(call(0, null, "f", "{\\\"a\\\":\\\"}\\\"")), toolCalls(call(0, null, null, "}")),
				toolCalls(call(0, null, "f", "")), toolCalls(call(0, null, null, "{}"))))
			.extracting(ToolCall::arguments)
			.containsExactly("{\"a\":\"}\"}", "{}");
	}

	@Test
	@DisplayName("G35 a name that is repeated or empty changes nothing")
	void shouldNotTakeARepeatedNameForAnotherCall() {
		assertThat(streamed(toolCalls(call(0, "c", "weather", "")), toolCalls(call(0, "c", "weather", "{\\\"city\\\"")),
				toolCalls(call(0, null, "weather", ":1}")), toolCalls(call(0, "", "", "")),
				toolCalls(call(0, null, "weather", ""))))
			.extracting(ToolCall::id, ToolCall::name, ToolCall::arguments)
			.containsExactly(tuple("c", "weather", "{\"city\":1}"));
	}

	@Test
	@DisplayName("G35 a name may come in parts")
	void shouldJoinPartsOfAName() {
		assertThat(streamed(toolCalls(call(0, "c", "get_weat", "")), toolCalls(call(0, null, "her", "{}"))))
			.extracting(ToolCall::id, ToolCall::name, ToolCall::arguments)
			.containsExactly(tuple("c", "get_weather", "{}"));
		assertThat(streamed(toolCalls(call(0, "c", "g", "")), toolCalls(call(0, null, "et", "")),
				toolCalls(call(0, null, "_it", "")), toolCalls(call(0, null, null, "{}"))))
			.extracting(ToolCall::name)
			.containsExactly("get_it");
	}

	@Test
	@DisplayName("G35 interleaved calls with one index are told apart by id")
	void shouldFollowIdsWhenIndexIsAlwaysTheSame() {
		assertThat(streamed(toolCalls(call(0, "a", "f", "{")), toolCalls(call(0, "b", "g", "[")),
				toolCalls(call(0, "a", null, "}")), toolCalls(call(0, "b", null, "]"))))
			.extracting(ToolCall::arguments)
			.containsExactly("{}", "[]");
	}

	@Test
	@DisplayName("G35 each call has an id of its own: missing, empty and repeated ones are replaced")
	void shouldGiveEachCallAnIdOfItsOwn() {
		List<ToolCall> calls = streamed(toolCalls("{\"index\":0,\"type\":\"function\",\"function\":{\"name\":\"f\"}}",
				call(1, "", "f", "{}"), call(2, "same", "f", "{}"), call(3, "same", "f", "{}")));
		assertThat(calls).extracting(ToolCall::id).hasSize(4).doesNotHaveDuplicates().allMatch((id) -> !id.isEmpty());
		assertThat(calls.get(2).id()).isEqualTo("same");
		String message = "{\"choices\":[{\"message\":{\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},"
				+ "{\"id\":\"\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"tool_calls\"}]}";
		assertThat(whole(answerJson(message).openAi()).toolCalls()).extracting(ToolCall::id)
			.hasSize(2)
			.doesNotHaveDuplicates()
			.allMatch((id) -> !id.isEmpty());
	}

	@Test
	void shouldKeepAGeneratedId() {
		AnswerAssembler assembler = new AnswerAssembler();
		answer(stream(toolCalls(call(0, null, "f", "{}")), finish("tool_calls"), "[DONE]"));
		chunks(openAi()).forEach(assembler::add);
		ChatGeneration first = assembler.toResponse().generations().get(0);
		assertThat(assembler.toResponse().generations().get(0)).isEqualTo(first);
	}

	@Test
	@DisplayName("G35 the arguments of a call without arguments are {}")
	void shouldGiveEmptyArgumentsToCallWithoutAny() {
		assertThat(streamed(toolCalls(call(0, "c", "now", "")))).extracting(ToolCall::arguments).containsExactly("{}");
		assertThat(blocks(blockStart(0, tool("a", "{}")), blockDelta(0, input("")), blockStop(0),
				blockStart(1, tool("b", "{}")), blockStop(1), blockStart(2, "{\"type\":\"tool_use\",\"id\":\"c\"}"),
				blockStop(2)))
			.extracting(ToolCall::arguments)
			.containsExactly("{}", "{}", "{}");
	}

	@Test
	@DisplayName("an empty fragment does not replace the input of the block's start")
	void shouldKeepInputOfTheStart() {
		assertThat(blocks(blockStart(0, tool("a", "{\"city\":\"Oslo\"}")), blockDelta(0, input("")), blockStop(0)))
			.extracting(ToolCall::arguments)
			.containsExactly("{\"city\":\"Oslo\"}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"name\":null,\"arguments\":\"\"}", "null", "{}", "{\"name\":\"\",\"arguments\":null}" })
	@DisplayName("an empty function_call beside tool_calls means nothing")
	void shouldIgnoreEmptyFunctionCall(String empty) {
		String fields = "{\"function_call\":" + empty + ",\"tool_calls\":[" + call(0, "c", "f", "{}") + "]}";
		assertThat(streamed(choice("\"delta\":" + fields))).extracting(ToolCall::id).containsExactly("c");
		answerJson("{\"choices\":[{\"message\":" + fields + ",\"finish_reason\":\"tool_calls\"}]}");
		assertThat(whole(openAi()).toolCalls()).extracting(ToolCall::id).containsExactly("c");
	}

	@Test
	void shouldReadFunctionCallOfTheOlderProtocol() {
		assertThat(streamed(choice("\"delta\":{\"function_call\":{\"name\":\"f\",\"arguments\":\"\"}}"),
				choice("\"delta\":{\"function_call\":{\"arguments\":\"{}\"}}")))
			.extracting(ToolCall::name, ToolCall::arguments)
			.containsExactly(tuple("f", "{}"));
	}

	private List<ToolCall> streamed(String... payloads) {
		answer(stream(payloads) + stream(finish("tool_calls"), "[DONE]"));
		return message(openAi()).toolCalls();
	}

	private List<ToolCall> blocks(String... payloads) {
		answer(stream(START) + stream(payloads) + stream(END_TURN, STOP));
		return message(anthropic()).toolCalls();
	}

	private static Tuple tuple(Object... values) {
		return Tuple.tuple(values);
	}

	private static String call(int index, String id, String name, String arguments) {
		return "{\"index\":" + index + ",\"id\":" + quote(id) + ",\"type\":\"function\",\"function\":{\"name\":"
				+ quote(name) + ",\"arguments\":\"" + arguments + "\"}}";
	}

	private static String quote(String text) {
		return (text != null) ? '"' + text + '"' : "null";
	}

	private static String tool(String id, String input) {
		return "{\"type\":\"tool_use\",\"id\":\"" + id + "\",\"name\":\"f\",\"input\":" + input + "}";
	}

	private static String input(String json) {
		return "{\"type\":\"input_json_delta\",\"partial_json\":\"" + json + "\"}";
	}

}
