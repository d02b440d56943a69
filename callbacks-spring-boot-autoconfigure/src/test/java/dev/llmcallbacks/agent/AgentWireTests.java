package dev.llmcallbacks.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.ToolEnd;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.provider.anthropic.AnthropicChatModel;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.tool.LlmTool;
import dev.llmcallbacks.tool.Tools;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Agent} over both wire forms.
 */
class AgentWireTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final List<JsonNode> requests = new CopyOnWriteArrayList<>();

	private final EventRecorder log = new EventRecorder();

	private HttpServer server;

	private Wire wire = Wire.OPENAI;

	@BeforeEach
	void startServer() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/", this::answer);
		this.server.start();
	}

	@AfterEach
	void stopServer() {
		this.server.stop(0);
	}

	private void answer(HttpExchange exchange) throws IOException {
		this.requests.add(JsonMapper.shared().readTree(exchange.getRequestBody().readAllBytes()));
		byte[] body = ((this.requests.size() == 1) ? this.wire.wantsTool : this.wire.answers)
			.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
		exchange.sendResponseHeaders(200, body.length);
		exchange.getResponseBody().write(body);
		exchange.close();
	}

	@ParameterizedTest
	@EnumSource
	void shouldComeToAnAnswer(Wire wire) {
		this.wire = wire;
		ChatModel model = wire.model.apply("http://127.0.0.1:" + this.server.getAddress().getPort());
		Agent agent = Agent
			.builder(ChatClient.builder(model)
				.defaultOptions(ChatOptions.builder().model("test-model").maxTokens(100).build())
				.build())
			.tools(Tools.from(new Weather()))
			.callbackManager(CallbackManager.builder().handlers(this.log).build())
			.build();
		List<String> texts = agent.content("How warm is it in Ulm?").collectList().block(TIMEOUT);
		assertThat(texts).containsExactly("20 ", "degrees");
		assertThat(this.log.events(ToolEnd.class).get(0).output().text()).isEqualTo("20");
		assertThat(this.requests).hasSize(2);
		assertThat(this.requests.get(0).get("tools").toString()).contains("temperature", "The temperature of a town.",
				"\"required\":[\"town\"]");
		assertThat(this.requests.get(1).get("messages").toString()).contains("call_1", "temperature", "Ulm", "20")
			.contains(wire.sentBack);
	}

	enum Wire {

		OPENAI((url) -> OpenAiChatModel.builder().baseUrl(url).apiKey("key").build(), "\"tool_call_id\":\"call_1\"",
				events(openAi("{\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":"
						+ "{\"name\":\"temperature\",\"arguments\":\"{\\\"town\\\":\"}}]}", null),
						openAi("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"\\\"Ulm\\\"}\"}}]}", null),
						openAi("{}", "tool_calls"), "[DONE]"),
				events(openAi("{\"content\":\"20 \"}", null), openAi("{\"content\":\"degrees\"}", null),
						openAi("{}", "stop"), "[DONE]")),

		ANTHROPIC((url) -> AnthropicChatModel.builder().baseUrl(url).apiKey("key").build(), "\"signature\":\"sig\"",
				events(start(), block(0, "{\"type\":\"thinking\",\"thinking\":\"\"}"),
						delta(0, "{\"type\":\"thinking_delta\",\"thinking\":\"Ulm?\"}"),
						delta(0, "{\"type\":\"signature_delta\",\"signature\":\"sig\"}"), stop(0),
						block(1, "{\"type\":\"tool_use\",\"id\":\"call_1\",\"name\":\"temperature\",\"input\":{}}"),
						delta(1, "{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"town\\\":\"}"),
						delta(1, "{\"type\":\"input_json_delta\",\"partial_json\":\"\\\"Ulm\\\"}\"}"), stop(1),
						end("tool_use"), "{\"type\":\"message_stop\"}"),
				events(start(), block(0, "{\"type\":\"text\",\"text\":\"\"}"),
						delta(0, "{\"type\":\"text_delta\",\"text\":\"20 \"}"),
						delta(0, "{\"type\":\"text_delta\",\"text\":\"degrees\"}"), stop(0), end("end_turn"),
						"{\"type\":\"message_stop\"}"));

		private final Function<String, ChatModel> model;

		private final String sentBack;

		private final String wantsTool;

		private final String answers;

		Wire(Function<String, ChatModel> model, String sentBack, String wantsTool, String answers) {
			this.model = model;
			this.sentBack = sentBack;
			this.wantsTool = wantsTool;
			this.answers = answers;
		}

		private static String events(String... payloads) {
			return String.join("", Stream.of(payloads).map((payload) -> "data: " + payload + "\n\n").toList());
		}

		private static String openAi(String delta, String finishReason) {
			return "{\"id\":\"a\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":%s,\"finish_reason\":%s}]}"
				.formatted(delta, (finishReason != null) ? "\"" + finishReason + "\"" : "null");
		}

		private static String start() {
			return "{\"type\":\"message_start\",\"message\":{\"id\":\"a\",\"model\":\"m\",\"role\":\"assistant\","
					+ "\"content\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}";
		}

		private static String block(int index, String block) {
			return "{\"type\":\"content_block_start\",\"index\":%d,\"content_block\":%s}".formatted(index, block);
		}

		private static String delta(int index, String delta) {
			return "{\"type\":\"content_block_delta\",\"index\":%d,\"delta\":%s}".formatted(index, delta);
		}

		private static String stop(int index) {
			return "{\"type\":\"content_block_stop\",\"index\":%d}".formatted(index);
		}

		private static String end(String reason) {
			return "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"%s\"},\"usage\":{\"output_tokens\":5}}"
				.formatted(reason);
		}

	}

	static class Weather {

		@LlmTool(description = "The temperature of a town.")
		int temperature(String town) {
			return 20;
		}

	}

}
