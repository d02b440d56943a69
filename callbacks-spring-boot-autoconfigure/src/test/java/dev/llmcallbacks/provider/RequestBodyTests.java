package dev.llmcallbacks.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolChoice;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.provider.SocketServer.Request;
import dev.llmcallbacks.provider.SocketServer.Response;
import dev.llmcallbacks.provider.anthropic.AnthropicChatModel;
import dev.llmcallbacks.provider.openai.MaxTokensField;
import dev.llmcallbacks.provider.openai.OpenAiApi;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What the providers are sent.
 */
class RequestBodyTests {

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private static final ToolDefinition TOOL = new ToolDefinition("weather", "Tells the weather",
			"{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}");

	private static final List<ChatMessage> CONVERSATION = List.of(new SystemMessage("Be brief"),
			new SystemMessage("Be kind"), new HumanMessage("Weather? \"ü\""),
			new AiMessage("Let me see",
					List.of(new ToolCall("a", "weather", "{\"city\":\"Köln\"}"), new ToolCall("b", "weather", "")),
					"thinking",
					Map.of("origin", "anthropic-messages", "content",
							List.of("{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"sig\"}", "text:10",
									"tool_call", "tool_call"))),
			new ToolMessage("a", "Rain"), new ToolMessage("b", "No city", true), new HumanMessage("Thanks"));

	private static final ChatOptions ALL = ChatOptions.builder()
		.model("m")
		.maxTokens(25)
		.temperature(0.5)
		.topP(0.9)
		.stopSequences(List.of("END"))
		.seed(7L)
		.toolChoice(ToolChoice.REQUIRED)
		.extraBody(Map.of("user", "u", "temperature", 1))
		.build();

	private final SocketServer server = SocketServer.answering(Response.json(500, "{}"));

	@AfterEach
	void closeServer() {
		this.server.close();
	}

	private Request send(ChatModel model, ChatRequest request) {
		model.call(request).onErrorComplete().block(ProviderFixture.TIMEOUT);
		return this.server.requests().get(this.server.requests().size() - 1);
	}

	private static void assertJson(Request request, String expected) {
		assertThat(MAPPER.readTree(request.body())).isEqualTo(MAPPER.readTree(expected));
	}

	@Test
	void shouldWriteOpenAiRequest() {
		ChatModel model = OpenAiChatModel.builder().baseUrl(this.server.url() + "/v1/").apiKey(" key-123 \n").build();
		Request request = send(model, new ChatRequest(CONVERSATION, ALL, List.of(TOOL)));
		assertThat(request.line()).isEqualTo("POST /v1/chat/completions HTTP/1.1");
		assertThat(request.headers()).containsEntry("authorization", "Bearer key-123")
			.containsEntry("content-type", "application/json")
			.containsEntry("accept", "application/json");
		assertJson(request, """
				{"model":"m","messages":[
				{"role":"system","content":"Be brief"},{"role":"system","content":"Be kind"},
				{"role":"user","content":"Weather? \\"ü\\""},
				{"role":"assistant","content":"Let me see","tool_calls":[
				{"id":"a","type":"function","function":{"name":"weather","arguments":"{\\"city\\":\\"Köln\\"}"}},
				{"id":"b","type":"function","function":{"name":"weather","arguments":"{}"}}]},
				{"role":"tool","tool_call_id":"a","content":"Rain"},
				{"role":"tool","tool_call_id":"b","content":"No city"},
				{"role":"user","content":"Thanks"}],
				"stream":false,"max_tokens":25,"temperature":1,"top_p":0.9,"stop":["END"],"seed":7,
				"tools":[{"type":"function","function":{"name":"weather","description":"Tells the weather",
				"parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}],
				"tool_choice":"required","user":"u"}""");
	}

	@Test
	void shouldWriteAnthropicRequest() {
		ChatModel model = AnthropicChatModel.builder().baseUrl(this.server.url()).apiKey("key-123").build();
		Request request = send(model, new ChatRequest(CONVERSATION, ALL, List.of(TOOL)));
		assertThat(request.line()).isEqualTo("POST /v1/messages HTTP/1.1");
		assertThat(request.headers()).containsEntry("x-api-key", "key-123")
			.containsEntry("anthropic-version", "2023-06-01")
			.doesNotContainKey("authorization");
		assertJson(request, """
				{"model":"m","max_tokens":25,"system":"Be brief\\n\\nBe kind","messages":[
				{"role":"user","content":"Weather? \\"ü\\""},
				{"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"sig"},
				{"type":"text","text":"Let me see"},
				{"type":"tool_use","id":"a","name":"weather","input":{"city":"Köln"}},
				{"type":"tool_use","id":"b","name":"weather","input":{}}]},
				{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"Rain"},
				{"type":"tool_result","tool_use_id":"b","content":"No city","is_error":true}]},
				{"role":"user","content":"Thanks"}],
				"stream":false,"temperature":1,"top_p":0.9,"stop_sequences":["END"],
				"tools":[{"name":"weather","description":"Tells the weather",
				"input_schema":{"type":"object","properties":{"city":{"type":"string"}}}}],
				"tool_choice":{"type":"any"},"user":"u"}""");
	}

	@Test
	void shouldSendMaxTokensInTheFieldThatIsSelected() {
		ChatRequest request = new ChatRequest(List.of(new HumanMessage("Hi")),
				ChatOptions.builder().model("m").maxTokens(5).build(), List.of());
		String expected = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"stream\":false,\"%s\":5}";
		OpenAiChatModel.Builder builder = OpenAiChatModel.builder().baseUrl(this.server.url());
		assertJson(send(builder.build(), request), expected.formatted("max_tokens"));
		assertJson(send(builder.maxTokensField(MaxTokensField.MAX_COMPLETION_TOKENS).build(), request),
				expected.formatted("max_completion_tokens"));
		assertJson(send(builder.maxTokensField(MaxTokensField.MAX_TOKENS).build(), request),
				expected.formatted("max_tokens"));
	}

	@Test
	void shouldWriteResponsesRequest() {
		ChatModel model = OpenAiChatModel.builder()
			.api(OpenAiApi.RESPONSES)
			.baseUrl(this.server.url() + "/v1/")
			.apiKey("key-123")
			.build();
		ChatOptions options = ALL.mutate().stopSequences(List.of()).build();
		List<ChatMessage> messages = new ArrayList<>(CONVERSATION);
		messages.add(new SystemMessage("Be quick"));
		Request request = send(model, new ChatRequest(messages, options, List.of(TOOL)));
		assertThat(request.line()).isEqualTo("POST /v1/responses HTTP/1.1");
		assertThat(request.headers()).containsEntry("authorization", "Bearer key-123");
		assertJson(request,
				"""
						{"model":"m","instructions":"Be brief\\n\\nBe kind","input":[
						{"role":"user","content":"Weather? \\"ü\\""},{"role":"assistant","content":"Let me see"},
						{"type":"function_call","call_id":"a","name":"weather","arguments":"{\\"city\\":\\"Köln\\"}"},
						{"type":"function_call","call_id":"b","name":"weather","arguments":"{}"},
						{"type":"function_call_output","call_id":"a","output":"Rain"},
						{"type":"function_call_output","call_id":"b","output":"No city"},
						{"role":"user","content":"Thanks"},{"role":"system","content":"Be quick"}],
						"stream":false,"store":false,"include":["reasoning.encrypted_content"],"max_output_tokens":25,
						"temperature":1,"top_p":0.9,"tools":[{"type":"function","name":"weather",
						"description":"Tells the weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}},
						"strict":false}],"tool_choice":"required","user":"u"}""");
		Map<ToolChoice, String> choices = Map.of(ToolChoice.AUTO, "\"auto\"", ToolChoice.NONE, "\"none\"",
				ToolChoice.tool("weather"), "{\"type\":\"function\",\"name\":\"weather\"}");
		choices.forEach((choice, expected) -> {
			ChatOptions chosen = options.with(ChatOptions.builder().toolChoice(choice).build());
			Request written = send(model, new ChatRequest(messages, chosen, List.of(TOOL)));
			assertThat(MAPPER.readTree(written.body()).path("tool_choice")).isEqualTo(MAPPER.readTree(expected));
		});
	}

	@Test
	@DisplayName("OpenAI's own hosts are called with the Responses API, all others with Chat Completions")
	void shouldSelectProtocolByHost() {
		Map<String, String> paths = Map.of("https://api.openai.com/v1", "/v1/responses", "https://eu.api.openai.com/v1",
				"/v1/responses", "https://r.openai.azure.com/openai/v1", "/openai/v1/chat/completions",
				"http://localhost:1", "/chat/completions", "https://notapi.openai.com.test", "/chat/completions");
		paths.forEach(
				(url, path) -> assertThat(OpenAiChatModel.builder().baseUrl(url).build().toString()).contains(path));
		assertThat(OpenAiChatModel.builder().api(OpenAiApi.CHAT_COMPLETIONS).build().toString())
			.contains("/v1/chat/completions");
		assertThat(OpenAiChatModel.builder().baseUrl("http://localhost:1/v1/chat/completions/").build().toString())
			.endsWith(":1/v1/chat/completions]");
		assertThat(OpenAiChatModel.builder().api(null).build().toString()).contains("/v1/responses");
	}

	@Test
	void shouldWriteLeastWhenNothingIsSet() {
		ChatOptions defaults = ChatOptions.builder().model("m").build();
		ChatRequest request = new ChatRequest(List.of(new HumanMessage("Hi")));
		assertJson(send(OpenAiChatModel.builder().baseUrl(this.server.url()).defaultOptions(defaults).build(), request),
				"{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"stream\":false}");
		assertJson(
				send(AnthropicChatModel.builder().baseUrl(this.server.url() + "/v1").defaultOptions(defaults).build(),
						request),
				"{\"model\":\"m\",\"max_tokens\":16000,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"stream\":false}");
		assertThat(this.server.requests()).extracting(Request::line)
			.containsExactly("POST /chat/completions HTTP/1.1", "POST /v1/messages HTTP/1.1");
		assertThat(this.server.requests())
			.allSatisfy((sent) -> assertThat(sent.headers()).doesNotContainKeys("authorization", "x-api-key"));
	}

	@Test
	void shouldAskForUsageOfStreamUnlessToldOtherwise() {
		ChatRequest request = new ChatRequest(List.of(new HumanMessage("Hi")), ALL, List.of());
		for (boolean usage : List.of(true, false)) {
			ChatModel model = OpenAiChatModel.builder().baseUrl(this.server.url()).streamUsage(usage).build();
			model.stream(request).onErrorComplete().blockLast(ProviderFixture.TIMEOUT);
		}
		JsonNode first = MAPPER.readTree(this.server.requests().get(0).body());
		assertThat(first.path("stream").asBoolean()).isTrue();
		assertThat(first.path("stream_options").path("include_usage").asBoolean()).isTrue();
		assertThat(first.has("tool_choice")).isFalse();
		assertThat(MAPPER.readTree(this.server.requests().get(1).body()).has("stream_options")).isFalse();
	}

	@Test
	void shouldWriteToolChoice() {
		Map<ToolChoice, List<String>> choices = Map.of(ToolChoice.AUTO, List.of("\"auto\"", "{\"type\":\"auto\"}"),
				ToolChoice.NONE, List.of("\"none\"", "{\"type\":\"none\"}"), ToolChoice.tool("weather"),
				List.of("{\"type\":\"function\",\"function\":{\"name\":\"weather\"}}",
						"{\"type\":\"tool\",\"name\":\"weather\"}"));
		choices.forEach((choice, expected) -> {
			ChatRequest request = new ChatRequest(List.of(new HumanMessage("Hi")),
					ALL.with(ChatOptions.builder().toolChoice(choice).build()), List.of(TOOL));
			JsonNode openAi = MAPPER
				.readTree(send(OpenAiChatModel.builder().baseUrl(this.server.url()).build(), request).body());
			assertThat(openAi.path("tool_choice")).isEqualTo(MAPPER.readTree(expected.get(0)));
			JsonNode anthropic = MAPPER
				.readTree(send(AnthropicChatModel.builder().baseUrl(this.server.url()).build(), request).body());
			assertThat(anthropic.path("tool_choice")).isEqualTo(MAPPER.readTree(expected.get(1)));
		});
	}

	@Test
	void shouldSendExtraHeadersOverThoseOfProtocol() {
		ChatModel model = AnthropicChatModel.builder()
			.baseUrl(this.server.url() + "/proxy?tenant=a%20b")
			.apiKey("key-123")
			.version("2024-01-01")
			.headers(Map.of("X-Api-Key", "other", "anthropic-beta", "new"))
			.build();
		Request request = send(model, new ChatRequest(List.of(new HumanMessage("Hi")), ALL, List.of()));
		assertThat(request.line()).isEqualTo("POST /proxy/v1/messages?tenant=a%20b HTTP/1.1");
		assertThat(request.headers()).containsEntry("x-api-key", "other")
			.containsEntry("anthropic-beta", "new")
			.containsEntry("anthropic-version", "2024-01-01");
	}

	@Test
	void shouldRefuseSchemaThatIsNone() {
		for (String schema : List.of("", "{", "[]", "\"x\"")) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> RequestBody.schema(new ToolDefinition("weather", "", schema)))
				.withMessageContaining("weather");
		}
	}

}
