package dev.llmcallbacks.agent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.agent.ScriptedService.Answer;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.InvalidRequestException;
import dev.llmcallbacks.provider.anthropic.AnthropicChatModel;
import dev.llmcallbacks.provider.openai.OpenAiApi;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;
import dev.llmcallbacks.tool.LlmTool;
import dev.llmcallbacks.tool.Tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Agents on services that refuse whatever does not come back as it was.
 */
class AgentRoundTripTests {

	private static final String THINKING = "{\"type\":\"thinking\",\"thinking\":\"%s\",\"signature\":\"%s\"}";

	private static final String REASONING = "{\"type\":\"reasoning\",\"id\":\"%s\",\"summary\":[],\"encrypted_content\":\"%s\"}";

	private static final String ANSWER = "{\"type\":\"text\",\"text\":\"20 degrees\"}";

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static Agent agent(ChatModel model, boolean streaming) {
		return Agent
			.builder(ChatClient.builder(model)
				.defaultOptions(ChatOptions.builder().model("test-model").streaming(streaming).build())
				.build())
			.tools(Tools.from(new Town()))
			.build();
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G34 an agent with two tools and thinking runs three rounds")
	void shouldRunThreeRounds(Service service) {
		for (boolean streaming : List.of(true, false)) {
			try (ScriptedService server = new ScriptedService(service.answers(), service::refused)) {
				ChatModel model = service.model(server.url());
				LlmResult result = agent(model, streaming).invoke("How is it in Ulm?").block(TIMEOUT);
				assertThat(server.requests()).hasSize(service.answers().size());
				assertThat(result).isNotNull();
				assertThat(result.text()).isEqualTo("20 degrees");
				assertThat(result.llmOutput().requestId()).isEqualTo("req-" + service.answers().size());
				assertThat(result.messages()).hasSizeGreaterThan(4)
					.startsWith(new HumanMessage("How is it in Ulm?"))
					.last()
					.extracting(ChatMessage::text)
					.isEqualTo("20 degrees");
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G34 a service refuses an answer that comes back without what it sent")
	void shouldFailWithoutDetails(Service service) {
		try (ScriptedService server = new ScriptedService(service.answers(), service::refused)) {
			ChatClient client = ChatClient.builder(service.model(server.url()))
				.defaultOptions(ChatOptions.builder().model("test-model").build())
				.build();
			LlmResult first = client.prompt("How is it in Ulm?").result().block(TIMEOUT);
			assertThat(first).isNotNull();
			AiMessage answer = first.generations().get(0).get(0).message();
			List<ToolCall> calls = answer.toolCalls()
				.stream()
				.map((call) -> new ToolCall(call.id(), call.name(), call.arguments()))
				.toList();
			List<ChatMessage> messages = new ArrayList<>(
					List.of(new HumanMessage("How is it in Ulm?"), new AiMessage(answer.text(), calls)));
			calls.forEach((call) -> messages.add(new ToolMessage(call.id(), "20")));
			Mono<LlmResult> second = client.prompt(messages).result();
			if (service == Service.CHAT_COMPLETIONS || service == Service.AZURE) {
				assertThat(second.block(TIMEOUT)).isNotNull();
			}
			else {
				assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> second.block(TIMEOUT));
			}
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "CHAT_COMPLETIONS", "AZURE_RESPONSES", "RESPONSES", "ANTHROPIC_INTERLEAVED" })
	@DisplayName("G35 the calls of a response that was cut off are not made, whatever the protocol")
	void shouldNotMakeTheCallsOfAResponseThatWasCutOff(Service service) {
		Answer cutOff = cutOff(service.answers().get(0));
		for (boolean streaming : List.of(true, false)) {
			try (ScriptedService server = new ScriptedService(List.of(cutOff), service::refused)) {
				Mono<LlmResult> result = agent(service.model(server.url()), streaming).invoke("How is it in Ulm?");
				assertThatExceptionOfType(CutOffResponseException.class).isThrownBy(() -> result.block(TIMEOUT));
				assertThat(server.requests()).hasSize(1);
			}
		}
	}

	private static Answer cutOff(Answer answer) {
		return new Answer(cutOff(answer.stream()), cutOff(answer.whole()), answer.next());
	}

	private static String cutOff(String written) {
		return written.replace("\"finish_reason\":\"tool_calls\"", "\"finish_reason\":\"length\"")
			.replace("\"stop_reason\":\"tool_use\"", "\"stop_reason\":\"max_tokens\"")
			.replace("\"response.completed\"", "\"response.incomplete\"")
			.replace("\"model\":\"m\",\"status\":\"completed\"",
					"\"model\":\"m\",\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"max_output_tokens\"}");
	}

	enum Service {

		CHAT_COMPLETIONS(chat("", "", "")),

		AZURE(azure(chat("", "", ""))),

		AZURE_RESPONSES(responsesRounds()),

		DEEPSEEK(chat("\"reasoning_content\":\"Ulm?\"", "", "\"reasoning_content\":\"Ulm?\"")),

		KIMI(chat("\"reasoning_content\":\"\"", "", "\"reasoning_content\":\"\"")),

		GEMINI(chat("", "\"extra_content\":{\"google\":{\"thought_signature\":\"c2ln\"}}", "")),

		OPENROUTER(chat(
				"\"reasoning\":\"Ulm?\",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"Ulm?\","
						+ "\"signature\":\"c2ln\",\"index\":0}]",
				"",
				"\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"Ulm?\",\"signature\":\"c2ln\",\"index\":0}]")),

		MISTRAL(chat(
				"\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"Ulm?\"}],\"closed\":true}]",
				"",
				"\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"Ulm?\"}],\"closed\":true}]")),

		RESPONSES(responsesRounds()),

		ANTHROPIC_INTERLEAVED(List.of(
				claude("tool_use", THINKING.formatted("One", "czE="), toolUse("c1", "temperature"),
						THINKING.formatted("Two", "czI="), toolUse("c2", "rain")),
				claude("tool_use", THINKING.formatted("Three", "czM="), toolUse("c3", "rain")),
				claude("end_turn", THINKING.formatted("Four", "czQ="), ANSWER))),

		ANTHROPIC_SERVER_TOOL(List.of(claude("pause_turn", THINKING.formatted("One", "czE="),
				"{\"type\":\"server_tool_use\",\"id\":\"s1\",\"name\":\"web_search\",\"input\":{\"query\":\"Ulm\"}}",
				"{\"type\":\"web_search_tool_result\",\"tool_use_id\":\"s1\",\"content\":[{\"encrypted_content\":\"ZW5j\"}]}"),
				claude("tool_use", THINKING.formatted("Two", "czI="), toolUse("c1", "temperature")),
				claude("end_turn", ANSWER)));

		private final List<Answer> answers;

		Service(List<Answer> answers) {
			this.answers = answers;
		}

		List<Answer> answers() {
			return this.answers;
		}

		ChatModel model(String url) {
			if (name().startsWith("ANTHROPIC")) {
				return AnthropicChatModel.builder().baseUrl(url).build();
			}
			OpenAiApi api = name().endsWith("RESPONSES") ? OpenAiApi.RESPONSES : OpenAiApi.CHAT_COMPLETIONS;
			OpenAiChatModel.Builder builder = OpenAiChatModel.builder().api(api);
			return switch (this) {
				case AZURE -> builder.baseUrl(url + "/openai/deployments/test-model?api-version=2024-10-21")
					.headers(Map.of("api-key", "secret"))
					.build();
				case AZURE_RESPONSES -> builder.baseUrl(url + "/openai/v1").apiKey("secret").build();
				default -> builder.baseUrl(url).build();
			};
		}

		@Nullable String refused(HttpExchange exchange) {
			String address = exchange.getRequestURI().toString();
			Headers headers = exchange.getRequestHeaders();
			boolean accepted = switch (this) {
				case AZURE -> address.equals("/openai/deployments/test-model/chat/completions?api-version=2024-10-21")
						&& "secret".equals(headers.getFirst("api-key"));
				case AZURE_RESPONSES ->
					address.equals("/openai/v1/responses") && "Bearer secret".equals(headers.getFirst("Authorization"));
				default -> true;
			};
			return accepted ? null : "Resource not found: " + address;
		}

	}

	private static String toolUse(String id, String name) {
		return "{\"type\":\"tool_use\",\"id\":\"%s\",\"name\":\"%s\",\"input\":{\"town\":\"Ulm\"}}".formatted(id, name);
	}

	// Azure OpenAI puts the verdict of its filter before the first choice and beside each
	private static List<Answer> azure(List<Answer> answers) {
		String prompt = "{\"id\":\"\",\"model\":\"\",\"choices\":[],\"prompt_filter_results\":[{\"prompt_index\":0,"
				+ "\"content_filter_results\":{\"hate\":{\"filtered\":false,\"severity\":\"safe\"}}}]}";
		String filtered = "{\"content_filter_results\":{\"hate\":{\"filtered\":false,\"severity\":\"safe\"}},\"index\":0";
		return answers.stream()
			.map((answer) -> new Answer(
					"data: " + prompt + "\n\n"
							+ answer.stream().replace("{\"index\":0,\"delta\"", filtered + ",\"delta\""),
					answer.whole().replace("{\"index\":0", filtered), answer.next()))
			.toList();
	}

	private static List<Answer> responsesRounds() {
		return List.of(
				responses(REASONING.formatted("rs_1", "czE="), functionCall("fc_1", "c1", "temperature"),
						functionCall("fc_2", "c2", "rain")),
				responses(REASONING.formatted("rs_2", "czI="),
						"{\"type\":\"web_search_call\",\"id\":\"ws_1\",\"status\":\"completed\"}",
						functionCall("fc_3", "c3", "rain")),
				responses(REASONING.formatted("rs_3", "czM="),
						"{\"type\":\"message\",\"id\":\"msg_1\",\"role\":\"assistant\",\"content\":["
								+ "{\"type\":\"output_text\",\"text\":\"20 degrees\"}]}"));
	}

	// Three rounds, of which the first calls two tools and the second one
	private static List<Answer> chat(String fields, String ofCall, String sentBack) {
		return List.of(chatCalls(fields, ofCall, sentBack, "c1", "temperature", "c2", "rain"),
				chatCalls(fields, ofCall, sentBack, "c3", "rain"), chatText());
	}

	private static Answer chatCalls(String fields, String ofCall, String sentBack, String... calls) {
		StringBuilder written = new StringBuilder();
		StringBuilder results = new StringBuilder();
		for (int i = 0; i < calls.length; i += 2) {
			written.append((i > 0) ? "," : "")
				.append(("{\"id\":\"%s\",\"type\":\"function\",\"function\":{\"name\":\"%s\","
						+ "\"arguments\":\"{\\\"town\\\": \\\"Ulm\\\"}\"}%s}")
					.formatted(calls[i], calls[i + 1], ofCall.isEmpty() ? "" : "," + ofCall));
			results.append("\n{\"role\":\"tool\",\"tool_call_id\":\"%s\",\"content\":\"20\"}".formatted(calls[i]));
		}
		String more = fields.isEmpty() ? "" : fields + ",";
		String numbered = written.toString();
		for (int i = 0; i < calls.length; i += 2) {
			numbered = numbered.replace("{\"id\":\"" + calls[i], "{\"index\":" + i / 2 + ",\"id\":\"" + calls[i]);
		}
		String delta = "{\"index\":0,\"delta\":{\"role\":\"assistant\",%s\"tool_calls\":[%s]}}".formatted(more,
				numbered);
		String message = "{\"index\":0,\"message\":{\"role\":\"assistant\",%s\"tool_calls\":[%s]},\"finish_reason\":\"tool_calls\"}"
			.formatted(more, written);
		return Answer.of("""
				{"id":"a","model":"m","choices":[%s]}
				{"id":"a","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}
				[DONE]""".formatted(delta), "{\"id\":\"a\",\"model\":\"m\",\"choices\":[%s]}".formatted(message),
				"{\"role\":\"assistant\",%s\"tool_calls\":[%s]}%s".formatted(sentBack.isEmpty() ? "" : sentBack + ",",
						written, results));
	}

	private static Answer chatText() {
		return Answer.of("""
				{"id":"a","model":"m","choices":[{"index":0,"delta":{"content":"20 degrees"}}]}
				{"id":"a","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}
				[DONE]""", """
				{"id":"a","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"20 degrees"},
				"finish_reason":"stop"}]}""", "");
	}

	private static String functionCall(String id, String callId, String name) {
		return ("{\"type\":\"function_call\",\"id\":\"%s\",\"call_id\":\"%s\",\"name\":\"%s\","
				+ "\"arguments\":\"{\\\"town\\\": \\\"Ulm\\\"}\"}")
			.formatted(id, callId, name);
	}

	private static Answer responses(String... items) {
		StringBuilder events = new StringBuilder();
		StringBuilder next = new StringBuilder();
		StringBuilder results = new StringBuilder();
		for (int i = 0; i < items.length; i++) {
			events.append("{\"type\":\"response.output_item.done\",\"output_index\":%d,\"item\":%s}\n".formatted(i,
					items[i]));
			next.append(items[i]).append('\n');
			String callId = JsonMapper.shared().readTree(items[i]).path("call_id").asString("");
			if (!callId.isEmpty()) {
				results.append(
						"{\"type\":\"function_call_output\",\"call_id\":\"%s\",\"output\":\"20\"}\n".formatted(callId));
			}
		}
		String response = "{\"id\":\"r\",\"model\":\"m\",\"status\":\"completed\",\"output\":[%s]}"
			.formatted(String.join(",", items));
		events.append("{\"type\":\"response.completed\",\"response\":").append(response).append('}');
		return Answer.of(events.toString(), response, (next.toString() + results).strip());
	}

	private static Answer claude(String stopReason, String... blocks) {
		StringBuilder events = new StringBuilder(
				"{\"type\":\"message_start\",\"message\":{\"id\":\"a\",\"model\":\"m\",\"content\":[]}}\n");
		StringBuilder results = new StringBuilder();
		for (int i = 0; i < blocks.length; i++) {
			events
				.append("{\"type\":\"content_block_start\",\"index\":%d,\"content_block\":%s}\n".formatted(i,
						blocks[i]))
				.append("{\"type\":\"content_block_stop\",\"index\":%d}\n".formatted(i));
			String id = JsonMapper.shared().readTree(blocks[i]).path("id").asString("");
			if (blocks[i].contains("\"tool_use\"")) {
				results.append(results.isEmpty() ? "" : ",")
					.append("{\"type\":\"tool_result\",\"tool_use_id\":\"%s\",\"content\":\"20\"}".formatted(id));
			}
		}
		events.append("{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"%s\"}}\n".formatted(stopReason))
			.append("{\"type\":\"message_stop\"}");
		String content = "[" + String.join(",", blocks) + "]";
		String next = "{\"role\":\"assistant\",\"content\":" + content + "}"
				+ (results.isEmpty() ? "" : "\n{\"role\":\"user\",\"content\":[" + results + "]}");
		return Answer.of(events.toString(),
				"{\"id\":\"a\",\"type\":\"message\",\"model\":\"m\",\"content\":%s,\"stop_reason\":\"%s\"}"
					.formatted(content, stopReason),
				next);
	}

	static class Town {

		@LlmTool(description = "The temperature of a town.")
		int temperature(String town) {
			return 20;
		}

		@LlmTool(description = "Whether it rains in a town.")
		int rain(String town) {
			return 20;
		}

	}

}
