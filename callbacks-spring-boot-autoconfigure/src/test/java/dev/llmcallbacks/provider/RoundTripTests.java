package dev.llmcallbacks.provider;

import java.net.URI;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.web.reactive.function.client.WebClient;
import tools.jackson.databind.JsonNode;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.provider.SocketServer.Response;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a provider needs to see again goes back to it as it came.
 */
class RoundTripTests {

	private static final String CALL = "{\"index\":0,\"id\":\"call-1\",\"type\":\"function\",\"function\":"
			+ "{\"name\":\"get_weather\",\"arguments\":\"{}\"}%s}";

	private static JsonNode json(String json) {
		return RoundTrip.json(json);
	}

	private static Response stream(String... payloads) {
		return RoundTrip.stream(payloads);
	}

	private static JsonNode message(JsonNode request) {
		return request.path("messages").path(1);
	}

	private static String delta(String delta) {
		return "{\"choices\":[{\"index\":0,\"delta\":" + delta + "}]}";
	}

	private static String end(String reason) {
		return "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}";
	}

	private static String call(String further) {
		return delta("{\"tool_calls\":[" + CALL.formatted(further) + "]}");
	}

	private static Response whole(String message) {
		return Response.json(200,
				"{\"id\":\"i\",\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":" + message + "}]}");
	}

	@Test
	@DisplayName("G34 reasoning goes back in the field in which it came")
	void shouldSendReasoningBackInItsField() {
		for (String field : List.of("reasoning_content", "reasoning", "reasoning_text")) {
			JsonNode streamed = RoundTrip.sentBack(Protocol.CHAT_COMPLETIONS,
					stream(delta("{\"" + field + "\":\"They \"}"), delta("{\"" + field + "\":\"ask\"}"), call(""),
							end("tool_calls"), "[DONE]"));
			assertThat(message(streamed)).isEqualTo(json("{\"role\":\"assistant\",\"" + field
					+ "\":\"They ask\",\"tool_calls\":[{\"id\":\"call-1\",\"type\":\"function\",\"function\":"
					+ "{\"name\":\"get_weather\",\"arguments\":\"{}\"}}]}"));
			JsonNode text = RoundTrip.sentBack(Protocol.CHAT_COMPLETIONS,
					whole("{\"role\":\"assistant\",\"content\":\"Hi\",\"" + field + "\":\"Hm\"}"));
			assertThat(message(text))
				.isEqualTo(json("{\"role\":\"assistant\",\"content\":\"Hi\",\"" + field + "\":\"Hm\"}"));
		}
	}

	@Test
	@DisplayName("G34 an empty reasoning_content goes back, as a server that sent one asks for it")
	void shouldSendEmptyReasoningBack() {
		JsonNode request = RoundTrip.sentBack(Protocol.CHAT_COMPLETIONS,
				stream(delta("{\"content\":null,\"reasoning_content\":\"\"}"), call(""), end("tool_calls"), "[DONE]"));
		assertThat(message(request).path("reasoning_content")).isEqualTo(json("\"\""));
		request = RoundTrip.sentBack(Protocol.CHAT_COMPLETIONS, stream(
				delta("{\"reasoning_content\":null,\"reasoning\":\"\"}"), call(""), end("tool_calls"), "[DONE]"));
		assertThat(message(request).has("reasoning_content")).isFalse();
		assertThat(message(request).has("reasoning")).isFalse();
	}

	@Test
	@DisplayName("G34 extra content of a tool call goes back with it")
	void shouldSendExtraContentOfToolCallsBack() {
		String extra = ",\"extra_content\":{\"google\":{\"thought_signature\":\"c2ln\",\"n\":null}}";
		for (Response response : List.of(stream(call(extra), end("tool_calls"), "[DONE]"),
				whole("{\"role\":\"assistant\",\"tool_calls\":[" + CALL.formatted(extra) + "]}"))) {
			JsonNode call = message(RoundTrip.sentBack(Protocol.CHAT_COMPLETIONS, response)).path("tool_calls").path(0);
			assertThat(call)
				.isEqualTo(json("{\"id\":\"call-1\",\"type\":\"function\",\"function\":{\"name\":\"get_weather\","
						+ "\"arguments\":\"{}\"}" + extra + "}"));
		}
		ToolCall read = RoundTrip.read(Protocol.CHAT_COMPLETIONS, stream(call(extra), end("tool_calls"), "[DONE]"))
			.toolCalls()
			.get(0);
		assertThat(read.details()).containsOnlyKeys("extra_content");
	}

	@Test
	@DisplayName("G34 extra content may follow its call, and fields that say nothing are not kept")
	void shouldKeepWhatFollowsCallAndNothingEmpty() {
		AiMessage answer = RoundTrip.read(Protocol.CHAT_COMPLETIONS,
				stream(call(",\"custom\":{\"input\":\"\",\"name\":\"\"},\"note\":null"),
						delta("{\"tool_calls\":[{\"extra_content\":{\"a\":{\"b\":1}}}]}"),
						delta("{\"tool_calls\":[{\"index\":0,\"extra_content\":{\"a\":{\"c\":2}}}]}"),
						end("tool_calls"), "[DONE]"));
		assertThat(answer.toolCalls()).hasSize(1);
		assertThat(answer.toolCalls().get(0).details()).isEqualTo(Map.of("extra_content", Map.of("a", Map.of("c", 2))));
	}

	@Test
	@DisplayName("G34 a signature on the message goes back")
	void shouldSendExtraContentOfMessageBack() {
		JsonNode request = RoundTrip.sentBack(Protocol.CHAT_COMPLETIONS,
				stream(delta("{\"content\":\"Hi\",\"extra_content\":{\"google\":{\"thought\":true}}}"),
						delta("{\"extra_content\":{\"google\":{\"thought_signature\":\"c2ln\"}}}"), end("stop"),
						"[DONE]"));
		assertThat(message(request)).isEqualTo(json("""
				{"role":"assistant","content":"Hi",
				"extra_content":{"google":{"thought":true,"thought_signature":"c2ln"}}}"""));
	}

	@Test
	@DisplayName("G34 content in parts goes back in parts, unknown ones included")
	void shouldSendPartsBackInTheirOrder() {
		String parts = "[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"Check the chart\"}],"
				+ "\"closed\":true},{\"type\":\"text\",\"text\":\"Reef \"},{\"type\":\"reference\",\"reference_ids\":[1.0]},"
				+ "{\"type\":\"text\",\"text\":\"ahead!\"}]";
		Response streamed = stream(
				delta("{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"Check\"}]}]}"),
				delta("{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\" the\"},"
						+ "{\"type\":\"text\",\"text\":\" chart\"}],\"closed\":true}]}"),
				delta("{\"content\":\"Re\"}"),
				delta("{\"content\":[{\"type\":\"text\",\"text\":\"ef \"},{\"type\":\"reference\",\"reference_ids\":[1.0]},"
						+ "\"ahead\"]}"),
				delta("{\"content\":\"!\"}"), end("stop"), "[DONE]");
		for (Response response : List.of(streamed, whole("{\"role\":\"assistant\",\"content\":" + parts + "}"))) {
			JsonNode content = message(RoundTrip.sentBack(Protocol.CHAT_COMPLETIONS, response)).path("content");
			assertThat(content).isEqualTo(json(parts));
		}
	}

	@Test
	@DisplayName("G34 thinking of Claude behind a proxy goes back in its blocks")
	void shouldSendThinkingBlocksBack() {
		JsonNode request = RoundTrip.sentBack(Protocol.CHAT_COMPLETIONS, stream(
				delta("{\"thinking_blocks\":[{\"type\":\"thinking\",\"thinking\":\"Let\",\"signature\":\"\"}]}"),
				delta("{\"thinking_blocks\":[{\"type\":\"thinking\",\"thinking\":\" me\",\"signature\":\"\"}]}"),
				delta("{\"thinking_blocks\":[{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"c2ln\"}]}"),
				call(""), end("tool_calls"), "[DONE]"));
		assertThat(message(request).path("thinking_blocks"))
			.isEqualTo(json("[{\"type\":\"thinking\",\"thinking\":\"Let me\",\"signature\":\"c2ln\"}]"));
	}

	private static String start(int index, String block) {
		return "{\"type\":\"content_block_start\",\"index\":" + index + ",\"content_block\":" + block + "}";
	}

	private static String delta(int index, String delta) {
		return "{\"type\":\"content_block_delta\",\"index\":" + index + ",\"delta\":" + delta + "}";
	}

	private static String stop(int index) {
		return "{\"type\":\"content_block_stop\",\"index\":" + index + "}";
	}

	private static Response claude(String stopReason, String... events) {
		String[] payloads = new String[events.length + 3];
		payloads[0] = "{\"type\":\"message_start\",\"message\":{\"id\":\"a\",\"model\":\"m\",\"content\":[]}}";
		System.arraycopy(events, 0, payloads, 1, events.length);
		payloads[events.length + 1] = "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" + stopReason + "\"}}";
		payloads[events.length + 2] = "{\"type\":\"message_stop\"}";
		return stream(payloads);
	}

	private static Response wholeClaude(String content) {
		return Response.json(200,
				"{\"id\":\"a\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":" + content
						+ ",\"stop_reason\":\"tool_use\",\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}");
	}

	@Test
	@DisplayName("G34 Claude's blocks go back in the order in which they came")
	void shouldSendInterleavedThinkingBackInItsOrder() {
		String[] events = { start(0, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}"),
				delta(0, "{\"type\":\"thinking_delta\",\"thinking\":\"One\"}"),
				delta(0, "{\"type\":\"thinking_delta\",\"thinking\":\" of \\\"two\\\"\"}"),
				delta(0, "{\"type\":\"signature_delta\",\"signature\":\"c2\"}"),
				delta(0, "{\"type\":\"signature_delta\",\"signature\":\"ln+/=\"}"), stop(0), start(1,
						"{\"type\":\"tool_use\",\"id\":\"c1\",\"name\":\"f\",\"input\":{},\"caller\":{\"type\":\"direct\"}}"),
				delta(1, "{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"x\\\": 1.50}\"}"), stop(1),
				start(2, "{\"type\":\"thinking\",\"thinking\":\"Two\",\"signature\":\"eA==\"}"), stop(2),
				start(3, "{\"type\":\"redacted_thinking\",\"data\":\"ZGF0YQ==\"}"), stop(3),
				start(4, "{\"type\":\"text\",\"text\":\"\"}"), delta(4, "{\"type\":\"text_delta\",\"text\":\"See \"}"),
				delta(4, "{\"type\":\"text_delta\",\"text\":\"here 🦅\"}"), stop(4),
				start(5, "{\"type\":\"tool_use\",\"id\":\"c2\",\"name\":\"g\",\"input\":{}}"), stop(5) };
		String content = """
				[{"type":"thinking","thinking":"One of \\"two\\"","signature":"c2ln+/="},
				{"type":"tool_use","id":"c1","name":"f","input":{"x": 1.50},"caller":{"type":"direct"}},
				{"type":"thinking","thinking":"Two","signature":"eA=="},
				{"type":"redacted_thinking","data":"ZGF0YQ=="},
				{"type":"text","text":"See here 🦅"},
				{"type":"tool_use","id":"c2","name":"g","input":{}}]""";
		for (Response response : List.of(claude("tool_use", events), wholeClaude(content))) {
			JsonNode request = RoundTrip.sentBack(Protocol.ANTHROPIC, response);
			assertThat(message(request).path("content")).isEqualTo(json(content));
			assertThat(request.path("messages").path(2).path("content")).hasSize(2);
		}
	}

	@Test
	@DisplayName("G34 blocks of tools on the server's side, citations and unknown blocks go back as they came")
	void shouldSendOtherBlocksBackAsTheyCame() {
		String result = "{\"type\":\"web_search_tool_result\",\"tool_use_id\":\"s1\",\"content\":"
				+ "[{\"type\":\"web_search_result\",\"encrypted_content\":\"RW5j\",\"page_age\":null,\"score\":1.50}]}";
		String citation = "{\"type\":\"web_search_result_location\",\"encrypted_index\":\"SWR4\",\"url\":\"https://a.test\"}";
		String[] events = {
				start(0, "{\"type\":\"server_tool_use\",\"id\":\"s1\",\"name\":\"web_search\",\"input\":{}}"),
				delta(0, "{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"query\\\": \"}"),
				delta(0, "{\"type\":\"input_json_delta\",\"partial_json\":\"\\\"eagles\\\"}\"}"), stop(0),
				start(1, result), stop(1), start(2, "{\"type\":\"text\",\"text\":\"They \",\"citations\":[]}"), stop(2),
				start(3, "{\"type\":\"text\",\"text\":\"\",\"citations\":[]}"),
				delta(3, "{\"type\":\"citations_delta\",\"citation\":" + citation + "}"),
				delta(3, "{\"type\":\"text_delta\",\"text\":\"fly\"}"),
				delta(3, "{\"type\":\"citations_delta\",\"citation\":" + citation + "}"), stop(3),
				start(4, "{\"type\":\"brand_new\",\"state\":null,\"n\":1.0}"),
				delta(4, "{\"type\":\"state_delta\",\"state\":\"a\"}"),
				delta(4, "{\"type\":\"state_delta\",\"state\":\"b\",\"m\":[1]}"), stop(4) };
		JsonNode content = message(RoundTrip.sentBack(Protocol.ANTHROPIC, claude("end_turn", events))).path("content");
		assertThat(content).isEqualTo(json(
				"[{\"type\":\"server_tool_use\",\"id\":\"s1\",\"name\":\"web_search\",\"input\":{\"query\": \"eagles\"}},"
						+ result
						+ ",{\"type\":\"text\",\"text\":\"They \"},{\"type\":\"text\",\"text\":\"fly\",\"citations\":["
						+ citation + "," + citation
						+ "]},{\"type\":\"brand_new\",\"state\":\"ab\",\"n\":1.0,\"m\":[1]}]"));
	}

	@Test
	@DisplayName("G34 a paused answer goes back as the last message")
	void shouldSendPausedAnswerBack() {
		AiMessage paused = RoundTrip.read(Protocol.ANTHROPIC, claude("pause_turn",
				start(0, "{\"type\":\"server_tool_use\",\"id\":\"s1\",\"name\":\"f\",\"input\":{\"a\":1}}"), stop(0)));
		JsonNode request = RoundTrip.sent(Protocol.ANTHROPIC, List.of(new HumanMessage("Hello"), paused));
		assertThat(request.path("messages")).hasSize(2);
		assertThat(message(request)).isEqualTo(json("{\"role\":\"assistant\",\"content\":["
				+ "{\"type\":\"server_tool_use\",\"id\":\"s1\",\"name\":\"f\",\"input\":{\"a\":1}}]}"));
	}

	@Test
	@DisplayName("G34 blank texts are not sent to Claude")
	void shouldNotSendBlankTexts() {
		JsonNode request = RoundTrip.sentBack(Protocol.ANTHROPIC,
				claude("tool_use", start(0, "{\"type\":\"text\",\"text\":\"\"}"),
						delta(0, "{\"type\":\"text_delta\",\"text\":\"\\n\\n\"}"), stop(0),
						start(1, "{\"type\":\"thinking\",\"thinking\":\"Hm\",\"signature\":\"s\"}"), stop(1),
						start(2, "{\"type\":\"text\",\"text\":\" \"}"), stop(2),
						start(3, "{\"type\":\"tool_use\",\"id\":\"c1\",\"name\":\"f\",\"input\":{}}"), stop(3)));
		assertThat(message(request).path("content")).isEqualTo(json("""
				[{"type":"thinking","thinking":"Hm","signature":"s"},
				{"type":"tool_use","id":"c1","name":"f","input":{}}]"""));
		request = RoundTrip.sent(Protocol.ANTHROPIC,
				List.of(new HumanMessage("Hello"), new AiMessage("\n"), new HumanMessage(" "),
						new AiMessage(" ", List.of(new ToolCall("c1", "f", "{}"))), new ToolMessage("c1", " ")));
		assertThat(request.path("messages")).isEqualTo(json("""
				[{"role":"user","content":"Hello"},
				{"role":"assistant","content":[{"type":"tool_use","id":"c1","name":"f","input":{}}]},
				{"role":"user","content":[{"type":"tool_result","tool_use_id":"c1"}]}]"""));
	}

	@Test
	@DisplayName("G34 a plain answer needs no details")
	void shouldKeepNothingOfPlainAnswers() {
		AiMessage claude = RoundTrip.read(Protocol.ANTHROPIC,
				claude("tool_use", start(0, "{\"type\":\"text\",\"text\":\"\"}"),
						delta(0, "{\"type\":\"text_delta\",\"text\":\"Hi\"}"), stop(0),
						start(1, "{\"type\":\"tool_use\",\"id\":\"c1\",\"name\":\"f\",\"input\":{}}"), stop(1)));
		assertThat(claude.details()).isEmpty();
		AiMessage chat = RoundTrip.read(Protocol.CHAT_COMPLETIONS,
				stream(delta("{\"role\":\"assistant\",\"content\":\"Hi\",\"refusal\":null}"), call(""),
						end("tool_calls"), "[DONE]"));
		assertThat(chat.details()).isEmpty();
	}

	@Test
	@DisplayName("G34 another provider receives the text, the tool calls and the results, and nothing else")
	void shouldSendOnlyPlainContentToAnotherProvider() {
		AiMessage claude = RoundTrip.read(Protocol.ANTHROPIC, claude("tool_use",
				start(0, "{\"type\":\"thinking\",\"thinking\":\"Hm\",\"signature\":\"s\"}"), stop(0),
				start(1, "{\"type\":\"text\",\"text\":\"See\"}"), stop(1),
				start(2, "{\"type\":\"server_tool_use\",\"id\":\"s1\",\"name\":\"f\",\"input\":{}}"), stop(2), start(3,
						"{\"type\":\"tool_use\",\"id\":\"c1\",\"name\":\"f\",\"input\":{\"x\":1},\"caller\":{\"type\":\"direct\"}}"),
				stop(3)));
		assertThat(message(RoundTrip.sent(Protocol.CHAT_COMPLETIONS, RoundTrip.continued(claude)))).isEqualTo(json("""
				{"role":"assistant","content":"See","tool_calls":[{"id":"c1","type":"function",
				"function":{"name":"f","arguments":"{\\"x\\":1}"}}]}"""));
		AiMessage chat = RoundTrip.read(Protocol.CHAT_COMPLETIONS,
				stream(delta("{\"reasoning_content\":\"Hm\",\"content\":\"See\"}"),
						call(",\"extra_content\":{\"a\":1}"), end("tool_calls"), "[DONE]"));
		assertThat(message(RoundTrip.sent(Protocol.ANTHROPIC, RoundTrip.continued(chat))).path("content"))
			.isEqualTo(json("""
					[{"type":"text","text":"See"},
					{"type":"tool_use","id":"call-1","name":"get_weather","input":{}}]"""));
	}

	@Test
	@DisplayName("G34 items of a response go back as they came, with the encrypted reasoning of their last event")
	void shouldSendItemsBackAsTheyCame() {
		String search = "{\"id\":\"ws_1\",\"type\":\"web_search_call\",\"status\":\"completed\",\"n\": 1.50}";
		String message = "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"phase\":\"commentary\","
				+ "\"status\":\"completed\",\"content\":[{\"type\":\"output_text\",\"annotations\":[],\"text\":\"See\"}]}";
		String call = "{\"id\":\"fc_1\",\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"f\","
				+ "\"arguments\":\"{\\\"x\\\": 1.50}\",\"status\":\"completed\",\"namespace\":\"n\"}";
		String streamed = "{\"type\":\"response.output_item.%s\",\"output_index\":%d,\"item\":%s}";
		String completed = "{\"type\":\"response.completed\",\"response\":"
				+ response(reasoning("LATER"), search, message, call) + "}";
		String delta = "{\"type\":\"response.output_text.delta\",\"output_index\":2,\"delta\":\"See\"}";
		for (Response response : List.of(
				stream(streamed.formatted("added", 0, reasoning("BEGUN")),
						streamed.formatted("done", 0, reasoning("DONE")), streamed.formatted("done", 1, search), delta,
						streamed.formatted("done", 2, message), streamed.formatted("done", 3, call), completed),
				Response.json(200, response(reasoning("DONE"), search, message, call)))) {
			JsonNode request = RoundTrip.sentBack(Protocol.RESPONSES, response);
			assertThat(request.path("input")).isEqualTo(json("[{\"role\":\"user\",\"content\":\"Hello\"},"
					+ reasoning("DONE").replace(",\"status\":\"completed\"", "") + "," + search + "," + message + ","
					+ call + ",{\"type\":\"function_call_output\",\"call_id\":\"c1\",\"output\":\"done\"}]"));
			assertThat(request.path("store")).isEqualTo(json("false"));
			assertThat(request.path("include")).isEqualTo(json("[\"reasoning.encrypted_content\"]"));
		}
		AiMessage answer = RoundTrip.read(Protocol.RESPONSES,
				Response.json(200, response(reasoning("DONE"), search, message, call)));
		assertThat(message(RoundTrip.sent(Protocol.CHAT_COMPLETIONS, RoundTrip.continued(answer)))).isEqualTo(json("""
				{"role":"assistant","content":"See","tool_calls":[{"id":"c1","type":"function",
				"function":{"name":"f","arguments":"{\\"x\\": 1.50}"}}]}"""));
		AiMessage changed = new AiMessage("Seen", answer.toolCalls(), null, answer.details());
		assertThat(RoundTrip.sent(Protocol.RESPONSES, RoundTrip.continued(changed)).path("input").path(1))
			.isEqualTo(json("{\"role\":\"assistant\",\"content\":\"Seen\"}"));
	}

	@Test
	@DisplayName("G34 reasoning that nothing followed does not go back, as it would be refused")
	void shouldNotSendLoneReasoningBack() {
		JsonNode request = RoundTrip.sentBack(Protocol.RESPONSES, Response.json(200, response(reasoning("DONE"))
			.replace("\"incomplete_details\":null", "\"incomplete_details\":{\"reason\":\"max_output_tokens\"}")));
		assertThat(request.path("input")).isEqualTo(json("""
				[{"role":"user","content":"Hello"},{"role":"user","content":"Go on"}]"""));
	}

	private static String reasoning(String content) {
		return "{\"id\":\"rs_1\",\"type\":\"reasoning\",\"status\":\"completed\",\"summary\":[],\"encrypted_content\":\""
				+ content + "\"}";
	}

	private static String response(String... output) {
		return "{\"id\":\"r\",\"model\":\"m\",\"status\":\"completed\",\"error\":null,\"incomplete_details\":null,"
				+ "\"output\":[" + String.join(",", output) + "]}";
	}

	@Test
	@DisplayName("G34 details do not go back with another text or other tool calls")
	void shouldSendChangedAnswerWithoutItsOrder() {
		AiMessage answer = RoundTrip.read(Protocol.ANTHROPIC,
				claude("end_turn", start(0, "{\"type\":\"thinking\",\"thinking\":\"Hm\",\"signature\":\"s\"}"), stop(0),
						start(1, "{\"type\":\"text\",\"text\":\"See\"}"), stop(1)));
		AiMessage changed = new AiMessage("Seen", answer.toolCalls(), answer.reasoning(), answer.details());
		assertThat(message(RoundTrip.sent(Protocol.ANTHROPIC, RoundTrip.continued(changed))).path("content"))
			.isEqualTo(json("[{\"type\":\"text\",\"text\":\"Seen\"}]"));
		for (Object content : List.of("text:3", List.of(3), List.of("text:-3", "text:6"), List.of("text:99999999999"),
				List.of("text:3{"), List.of("text:3", "{\"type\""), List.of("text:3", "tool_call"))) {
			AiMessage broken = new AiMessage("See", List.of(), null,
					Map.of("origin", "anthropic-messages", "content", content));
			assertThat(message(RoundTrip.sent(Protocol.ANTHROPIC, RoundTrip.continued(broken))).path("content"))
				.isEqualTo(json("[{\"type\":\"text\",\"text\":\"See\"}]"));
		}
	}

	@Test
	@DisplayName("G34 endpoints of one protocol and one domain are of one kind")
	void shouldTellKindsOfEndpointsApart() {
		assertThat(kind("https://api.deepseek.com")).isEqualTo("chat@deepseek.com");
		assertThat(kind("https://eu.API.openai.com:443/v1")).isEqualTo(kind("https://api.openai.com/v1"));
		assertThat(kind("https://api.openai.com")).isNotEqualTo(kind("https://api.groq.com"));
		assertThat(List.of(kind("http://localhost:1"), kind("http://127.0.0.1:2"), kind("http://[::1]:3"),
				kind("http://10.0.0.7"), kind("http://gateway")))
			.containsOnly("chat");
	}

	private static String kind(String url) {
		URI uri = URI.create(url);
		return new ChatEndpoint("openai", uri, Map.of(), null, SecretMasker.of(uri, Map.of()), 1, 1,
				WebClient.builder())
			.kind("chat");
	}

	@Test
	@DisplayName("G34 ids of tool calls are made unique in a conversation")
	void shouldMakeIdsUniqueWithinConversation() {
		ToolCall call = new ToolCall("call_0", "f", "{}");
		List<ChatMessage> messages = List.of(new HumanMessage("Hello"), new AiMessage("", List.of(call)),
				new ToolMessage("call_0", "one"), new AiMessage("", List.of(call, new ToolCall("call_1", "f", "{}"))),
				new ToolMessage("call_0", "two", true), new ToolMessage("call_1", "three"),
				new AiMessage("", List.of(call)), new ToolMessage("call_0", "four"));
		JsonNode sent = RoundTrip.sent(Protocol.CHAT_COMPLETIONS, messages).path("messages");
		assertThat(sent.findValuesAsString("tool_call_id")).containsExactly("call_0", "call_0_2", "call_1", "call_0_3");
		assertThat(sent.path(3).path("tool_calls").path(0).path("id").asString()).isEqualTo("call_0_2");
		assertThat(sent.path(6).path("tool_calls").path(0).path("id").asString()).isEqualTo("call_0_3");
	}

	@Test
	@DisplayName("G35 ids of other providers are made fit for Claude")
	void shouldMakeIdsFitForClaude() {
		List<ChatMessage> messages = List.of(new HumanMessage("Hello"),
				new AiMessage("", List.of(new ToolCall("functions.f:0", "f", "{}"))),
				new ToolMessage("functions.f:0", "one"));
		JsonNode sent = RoundTrip.sent(Protocol.ANTHROPIC, messages).path("messages");
		assertThat(sent.path(1).path("content").path(0).path("id").asString()).isEqualTo("functions_f_0");
		assertThat(sent.path(2).path("content").path(0).path("tool_use_id").asString()).isEqualTo("functions_f_0");
	}

}
