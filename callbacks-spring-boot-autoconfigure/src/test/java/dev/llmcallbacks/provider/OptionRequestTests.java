package dev.llmcallbacks.provider;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.ResponseFormat;
import dev.llmcallbacks.message.Thinking;
import dev.llmcallbacks.message.ToolChoice;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.InvalidRequestException;
import dev.llmcallbacks.model.UnsupportedOptionException;
import dev.llmcallbacks.provider.SocketServer.Request;
import dev.llmcallbacks.provider.SocketServer.Response;
import dev.llmcallbacks.provider.openai.OpenAiApi;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;
import dev.llmcallbacks.provider.openai.StructuredOutput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Formats of answers, settings of reasoning and of tools, and caching in the requests of
 * all protocols.
 */
class OptionRequestTests {

	private static final ResponseFormat CITY = ResponseFormat.jsonSchema("city", Map.of("type", "object", "properties",
			Map.of("name", Map.of("type", "string")), "required", List.of("name"), "additionalProperties", false));

	private static final String SCHEMA = "{'type':'object','properties':{'name':{'type':'string'}},"
			+ "'required':['name'],'additionalProperties':false}";

	private static final ToolDefinition TOOL = new ToolDefinition("weather", "Tells the weather",
			"{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}");

	private static final String OPTIONAL = "{'type':'object','properties':{'city':{'type':['string','null']}},"
			+ "'required':['city'],'additionalProperties':false}";

	static Stream<Arguments> fields() {
		return Stream.of(
				chat(options().responseFormat(CITY),
						"{'response_format':{'type':'json_schema','json_schema':" + "{'name':'city','schema':" + SCHEMA
								+ ",'strict':true}}}"),
				chat(options().responseFormat(ResponseFormat.json()), "{'response_format':{'type':'json_object'}}"),
				responses(options().responseFormat(CITY),
						"{'text':{'format':{'type':'json_schema','name':'city'," + "'schema':" + SCHEMA
								+ ",'strict':true}}}"),
				responses(options().responseFormat(ResponseFormat.json()),
						"{'text':{'format':{'type':'json_object'}}}"),
				anthropic(options().responseFormat(CITY),
						"{'output_config':{'format':{'type':'json_schema','schema':" + SCHEMA + "}}}"),
				chat(options().reasoningEffort("low"), "{'reasoning_effort':'low'}"),
				responses(options().reasoningEffort("low"), "{'reasoning':{'effort':'low'}}"),
				responses(options().reasoningEffort("low").showReasoning(true),
						"{'reasoning':{'effort':'low','summary':'auto'}}"),
				responses(options().showReasoning(true), "{'reasoning':{'summary':'auto'}}"),
				responses(options().reasoningEffort("low").extraBody(Map.of("reasoning", Map.of("summary", "concise"))),
						"{'reasoning':{'effort':'low','summary':'concise'}}"),
				anthropic(options().reasoningEffort("xhigh"), "{'output_config':{'effort':'xhigh'}}"),
				anthropic(options().reasoningEffort("high").responseFormat(CITY),
						"{'output_config':{'effort':'high','format':{'type':'json_schema','schema':" + SCHEMA + "}}}"),
				anthropic(options().thinking(Thinking.adaptive()), "{'thinking':{'type':'adaptive'}}"),
				anthropic(options().thinking(Thinking.adaptive()).showReasoning(true),
						"{'thinking':{'type':'adaptive','display':'summarized'}}"),
				anthropic(options().showReasoning(false), "{'thinking':{'type':'adaptive','display':'omitted'}}"),
				anthropic(options().thinking(Thinking.disabled()).showReasoning(false),
						"{'thinking':{'type':'disabled'}}"),
				anthropic(options().thinking(Thinking.budget(2000)),
						"{'thinking':{'type':'enabled','budget_tokens':2000},'max_tokens':18000}"),
				anthropic(options().thinking(Thinking.budget(2000)).maxTokens(4000), "{'max_tokens':4000}"),
				chat(options().promptCacheKey("tenant-1"), "{'prompt_cache_key':'tenant-1'}"),
				responses(options().promptCacheKey("tenant-1"), "{'prompt_cache_key':'tenant-1'}"),
				anthropic(options().promptCacheTtl(Duration.ofHours(1)),
						"{'cache_control':{'type':'ephemeral','ttl':'1h'}}"),
				anthropic(options().promptCacheTtl(Duration.ofMinutes(5)),
						"{'cache_control':{'type':'ephemeral','ttl':'5m'}}"),
				chat(options().parallelToolCalls(false), "{'parallel_tool_calls':false}"),
				responses(options().parallelToolCalls(true), "{'parallel_tool_calls':true}"),
				anthropic(options().parallelToolCalls(false),
						"{'tool_choice':{'type':'auto','disable_parallel_tool_use':true}}"),
				anthropic(options().parallelToolCalls(false).toolChoice(ToolChoice.tool("weather")),
						"{'tool_choice':{'type':'tool','name':'weather','disable_parallel_tool_use':true}}"),
				anthropic(options().parallelToolCalls(false).toolChoice(ToolChoice.NONE),
						"{'tool_choice':{'type':'none'}}"),
				chat(options().strictTools(true),
						"{'tools':[{'type':'function','function':{'name':'weather',"
								+ "'description':'Tells the weather','parameters':" + OPTIONAL + ",'strict':true}}]}"),
				responses(options().strictTools(true),
						"{'tools':[{'type':'function','name':'weather',"
								+ "'description':'Tells the weather','parameters':" + OPTIONAL + ",'strict':true}]}"),
				anthropic(options().strictTools(true),
						"{'tools':[{'name':'weather','description':'Tells the weather','input_schema':{'type':'object',"
								+ "'properties':{'city':{'type':'string'}},'additionalProperties':false},'strict':true}]}"));
	}

	private static ChatOptions.Builder options() {
		return ChatOptions.builder();
	}

	private static Arguments chat(ChatOptions.Builder options, String expected) {
		return Arguments.of(Protocol.CHAT_COMPLETIONS, options.build(), expected);
	}

	private static Arguments responses(ChatOptions.Builder options, String expected) {
		return Arguments.of(Protocol.RESPONSES, options.build(), expected);
	}

	private static Arguments anthropic(ChatOptions.Builder options, String expected) {
		return Arguments.of(Protocol.ANTHROPIC, options.build(), expected);
	}

	@ParameterizedTest
	@MethodSource("fields")
	@DisplayName("an option is sent in the field of the protocol, with a call and as a default")
	void shouldWriteOption(Protocol protocol, ChatOptions options, String expected) {
		JsonNode fields = RoundTrip.json(expected.replace('\'', '"'));
		JsonNode sent = sent(protocol, options);
		fields.properties().forEach((field) -> assertThat(sent.path(field.getKey())).isEqualTo(field.getValue()));
	}

	private static JsonNode sent(Protocol protocol, ChatOptions options) {
		try (SocketServer server = SocketServer.answering(Response.json(500, "{}"))) {
			protocol.model(server.url(), WebClient.builder())
				.call(request(options))
				.onErrorResume((ex) -> (ex instanceof InvalidRequestException) ? Mono.error(ex) : Mono.empty())
				.block(ProviderFixture.TIMEOUT);
			return RoundTrip.json(server.requests().get(0).body());
		}
	}

	static ChatRequest request(ChatOptions options) {
		return new ChatRequest(List.of(new HumanMessage("Hi")), options, List.of(TOOL));
	}

	static Stream<Arguments> unsupported() {
		List<Arguments> cases = new ArrayList<>();
		for (Protocol protocol : List.of(Protocol.CHAT_COMPLETIONS, Protocol.RESPONSES)) {
			cases.add(Arguments.of(protocol, "thinking", options().thinking(Thinking.adaptive()).build()));
			cases.add(Arguments.of(protocol, "promptCacheTtl", options().promptCacheTtl(Duration.ofHours(1)).build()));
		}
		cases.add(Arguments.of(Protocol.CHAT_COMPLETIONS, "showReasoning", options().showReasoning(true).build()));
		cases.add(Arguments.of(Protocol.ANTHROPIC, "promptCacheKey", options().promptCacheKey("k").build()));
		cases.add(Arguments.of(Protocol.ANTHROPIC, "promptCacheTtl",
				options().promptCacheTtl(Duration.ofHours(2)).build()));
		cases.add(Arguments.of(Protocol.ANTHROPIC, "responseFormat",
				options().responseFormat(ResponseFormat.json()).build()));
		return cases.stream();
	}

	@ParameterizedTest
	@MethodSource("unsupported")
	@DisplayName("an option that a protocol does not have is not ignored")
	void shouldFailWhenProtocolHasNoSuchOption(Protocol protocol, String option, ChatOptions options) {
		assertThatExceptionOfType(UnsupportedOptionException.class).isThrownBy(() -> sent(protocol, options))
			.withMessageContaining(option)
			.satisfies((ex) -> assertThat(ex.getOption()).isEqualTo(option));
	}

	@Test
	@DisplayName("without tools nothing is sent that is about them")
	void shouldSendNothingAboutToolsWithoutTools() {
		ChatOptions options = options().model("m").parallelToolCalls(false).strictTools(true).build();
		for (Protocol protocol : Protocol.values()) {
			try (SocketServer server = SocketServer.answering(Response.json(500, "{}"))) {
				protocol.model(server.url(), WebClient.builder())
					.call(new ChatRequest(List.of(new HumanMessage("Hi")), options, List.of()))
					.onErrorComplete()
					.block(ProviderFixture.TIMEOUT);
				assertThat(server.requests().get(0).body()).doesNotContain("parallel", "tool", "strict");
			}
		}
	}

	@Test
	@DisplayName("a server that refuses a schema is asked for JSON, with the schema in a message, from then on")
	void shouldFallBackToJsonModeWhenSchemaIsRefused() {
		String refusal = "{\"error\":{\"message\":\"response_format.type 'json_schema' is unavailable now\","
				+ "\"type\":\"invalid_request_error\"}}";
		String answer = "{\"choices\":[{\"message\":{\"content\":\"{\\\"name\\\":\\\"Oslo\\\"}\"},\"finish_reason\":\"stop\"}]}";
		try (SocketServer server = new SocketServer(
				(exchange) -> exchange.send(exchange.request().body().contains("\"json_schema\"")
						? Response.json(400, refusal) : Response.json(200, answer)))) {
			ChatModel model = Protocol.CHAT_COMPLETIONS.model(server.url(), WebClient.builder());
			ChatRequest request = request(options().responseFormat(CITY).build());
			ChatResponse response = model.call(request).block(ProviderFixture.TIMEOUT);
			assertThat(response.generations().get(0).text()).isEqualTo("{\"name\":\"Oslo\"}");
			model.stream(request).blockLast(ProviderFixture.TIMEOUT);
			assertThat(server.requests()).hasSize(3);
			for (Request sent : server.requests().subList(1, 3)) {
				JsonNode body = RoundTrip.json(sent.body());
				assertThat(body.at("/response_format/type").asString()).isEqualTo("json_object");
				assertThat(body.at("/messages/0/role").asString()).isEqualTo("system");
				assertThat(body.at("/messages/0/content").asString()).contains("JSON Schema",
						"\"required\":[\"name\"]");
			}
			assertThat(model(server, StructuredOutput.JSON_SCHEMA).call(request)
				.materialize()
				.block(ProviderFixture.TIMEOUT)
				.getThrowable()).isInstanceOf(InvalidRequestException.class);
			assertThat(server.requests()).hasSize(4);
			model(server, StructuredOutput.JSON_OBJECT).call(request).block(ProviderFixture.TIMEOUT);
			assertThat(server.requests()).hasSize(5);
		}
	}

	private static ChatModel model(SocketServer server, StructuredOutput structuredOutput) {
		return OpenAiChatModel.builder()
			.api(OpenAiApi.CHAT_COMPLETIONS)
			.baseUrl(server.url())
			.defaultOptions(options().model("m").build())
			.structuredOutput(structuredOutput)
			.build();
	}

	@ParameterizedTest
	@ValueSource(strings = { "adaptive", " Disabled ", "2000" })
	void shouldReadThinkingOfProperty(String text) {
		assertThat(Thinking.valueOf(text)).isIn(Thinking.adaptive(), Thinking.disabled(), Thinking.budget(2000));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "0", "-1", "much" })
	void shouldRefuseThinkingThatIsNone(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> Thinking.valueOf(text));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a b", "ü" })
	void shouldRefuseNameOfFormatThatIsNone(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> ResponseFormat.jsonSchema(name, Map.of()));
	}

}
