package dev.llmcallbacks.sample.scripted;

import java.time.Duration;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.llmcallbacks.test.ScriptedProvider;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what the scripted provider does with tools, byte by byte.
 */
class ToolCallsTests {

	private static final String SCHEMA = """
			{"type":"object","properties":{"q":{"type":"string"},"at":{"enum":["NORTH","SOUTH"]},\
			"n":{"type":"integer"}}}""";

	private static final String OPENAI = """
			{"model":"m","stream":%s,"messages":[{"role":"user","content":"go South"}%s],%s\
			"tools":[{"type":"function","function":{"name":"a","parameters":SCHEMA}},\
			{"type":"function","function":{"name":"b","parameters":{"type":"object"}}},\
			{"type":"function","function":{"name":"c","parameters":{"type":"object"}}}]}""".replace("SCHEMA", SCHEMA);

	private static final String ANTHROPIC = """
			{"model":"m","max_tokens":99,"stream":%s,"messages":[{"role":"user","content":"go South"}%s],%s\
			"tools":[{"name":"a","input_schema":SCHEMA},{"name":"b","input_schema":{"type":"object"}}]}"""
		.replace("SCHEMA", SCHEMA);

	private static final String NONE = "";

	private static ScriptedProvider provider;

	private static RawClient client;

	@BeforeAll
	static void start() {
		provider = ScriptedProvider.start(new ScriptedModel(Duration.ZERO));
		client = new RawClient(provider);
	}

	@AfterAll
	static void stop() {
		provider.close();
	}

	@Test
	void shouldStreamTwoCallsInPiecesAsOpenAiDoes() throws Exception {
		String[] events = normalized(client.openAi(OPENAI.formatted(true, NONE, NONE)).body()).split("\n\n");
		assertThat(events[0]).contains("\"delta\":{\"role\":\"assistant\",\"content\":null,");
		assertThat(events[1]).contains(
				"\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"ID\",\"type\":\"function\",\"function\":{\"name\":\"a\",\"arguments\":\"\"}}]}");
		assertThat(events[2])
			.contains("\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"\"}}]}");
		assertThat(events[events.length - 4]).contains("{\"tool_calls\":[{\"index\":1,\"id\":\"ID\"", "\"name\":\"b\"");
		assertThat(events[events.length - 3]).contains("{\"index\":1,\"function\":{\"arguments\":\"{}\"}}");
		assertThat(events[events.length - 2]).contains("\"delta\":{},", "\"finish_reason\":\"tool_calls\"");
		assertThat(events[events.length - 1]).isEqualTo("data: [DONE]");
	}

	@Test
	void shouldAnswerWithCallsAsAWholeAsOpenAiDoes() throws Exception {
		assertThat(normalized(client.openAi(OPENAI.formatted(false, NONE, NONE)).body())).contains("""
				"message":{"role":"assistant","content":null,"refusal":null,"tool_calls":[\
				{"id":"ID","type":"function","function":{"name":"a",\
				"arguments":"{\\"q\\":\\"go South\\",\\"at\\":\\"SOUTH\\",\\"n\\":1}"}},\
				{"id":"ID","type":"function","function":{"name":"b","arguments":"{}"}}]},\
				"logprobs":null,"finish_reason":"tool_calls\"""");
	}

	@Test
	void shouldAnswerWithTheResultsAsOpenAiDoes() throws Exception {
		String results = """
				,{"role":"assistant","tool_calls":[]},{"role":"tool","tool_call_id":"1","content":"It is far."},\
				{"role":"tool","tool_call_id":"2","content":"It rains."}""";
		assertThat(client.openAi(OPENAI.formatted(false, results, NONE)).body())
			.contains("\"content\":\"I have looked that up. It is far. It rains.\"", "\"finish_reason\":\"stop\"");
		String nextQuestion = results + ",{\"role\":\"user\",\"content\":\"and north?\"}";
		assertThat(client.openAi(OPENAI.formatted(false, nextQuestion, NONE)).body()).contains("NORTH");
	}

	@Test
	void shouldCallNothingWhenToolsAreRuledOut() throws Exception {
		assertThat(client.openAi(OPENAI.formatted(false, NONE, "\"tool_choice\":\"none\",")).body())
			.contains("\"finish_reason\":\"stop\"")
			.doesNotContain("tool_calls");
		assertThat(client.anthropic(ANTHROPIC.formatted(false, NONE, "\"tool_choice\":{\"type\":\"none\"},")).body())
			.contains("\"stop_reason\":\"end_turn\"")
			.doesNotContain("tool_use");
	}

	@Test
	void shouldStreamTwoCallsInPiecesAsAnthropicDoes() throws Exception {
		String[] events = normalized(client.anthropic(ANTHROPIC.formatted(true, NONE, NONE)).body()).split("\n\n");
		assertThat(events[0]).startsWith("event: message_start\n");
		assertThat(events[1]).startsWith("event: ping\n");
		assertThat(events[2]).isEqualTo("""
				event: content_block_start
				data: {"type":"content_block_start","index":0,"content_block":\
				{"type":"tool_use","id":"ID","name":"a","input":{}}}""");
		assertThat(events[3]).isEqualTo(
				"""
						event: content_block_delta
						data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\\""}}""");
		assertThat(events[events.length - 6]).contains("{\"type\":\"content_block_stop\",\"index\":0}");
		assertThat(events[events.length - 5]).contains("\"index\":1", "\"name\":\"b\",\"input\":{}");
		assertThat(events[events.length - 4]).contains("\"index\":1", "\"partial_json\":\"{}\"");
		assertThat(events[events.length - 3]).contains("{\"type\":\"content_block_stop\",\"index\":1}");
		assertThat(events[events.length - 2]).contains("{\"stop_reason\":\"tool_use\",\"stop_sequence\":null}");
		assertThat(events[events.length - 1]).startsWith("event: message_stop\n");
	}

	@Test
	void shouldAnswerWithCallsAsAWholeAsAnthropicDoes() throws Exception {
		assertThat(normalized(client.anthropic(ANTHROPIC.formatted(false, NONE, NONE)).body())).contains("""
				"content":[{"type":"tool_use","id":"ID","name":"a","input":{"q":"go South","at":"SOUTH","n":1}},\
				{"type":"tool_use","id":"ID","name":"b","input":{}}],"stop_reason":"tool_use\"""");
	}

	@Test
	void shouldAnswerWithTheResultsAsAnthropicDoes() throws Exception {
		String results = """
				,{"role":"assistant","content":[]},{"role":"user","content":[\
				{"type":"tool_result","tool_use_id":"1","content":"It is far."},\
				{"type":"tool_result","tool_use_id":"2","content":[{"type":"text","text":"It rains."}]}]}""";
		assertThat(client.anthropic(ANTHROPIC.formatted(false, results, NONE)).body()).contains("""
				"content":[{"type":"text","text":"I have looked that up. It is far. It rains."}],\
				"stop_reason":"end_turn\"""", "\"input_tokens\":9,");
	}

	private static String normalized(String body) {
		return body.replaceAll("(call|toolu)_[0-9a-f]{32}", "ID");
	}

}
