package dev.llmcallbacks.examples.serve;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.agent.Agent;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.client.RetryPolicy;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.ChainCancel;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.ToolEnd;
import dev.llmcallbacks.handlers.CallbackEventJson;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.test.ScriptedProvider;
import dev.llmcallbacks.tool.Tool;
import dev.llmcallbacks.wire.AimockProcess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for the examples of the page "Serve it", on real servers: Reactor Netty with
 * Spring WebFlux and Tomcat with Spring MVC. The provider is another server.
 */
@Timeout(120)
@ParameterizedClass(name = "{0}")
@EnumSource(WebServer.Kind.class)
class ServeExamplesTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final JsonMapper JSON = new JsonMapper();

	@Parameter
	private WebServer.Kind kind;

	private final ScriptedChatModel model = new ScriptedChatModel();

	private final EventRecorder recorder = new EventRecorder();

	private ScriptedProvider provider;

	private WebServer server;

	@BeforeEach
	void start() throws Exception {
		assumeTrue(this.kind.isSupported(), "Skipped: virtual threads need JDK 21");
		this.provider = ScriptedProvider.start(this.model);
		CallbackManager manager = CallbackManager.builder().handlers(this.recorder).build();
		ChatClient client = ChatClient
			.builder(OpenAiChatModel.builder()
				.baseUrl(this.provider.openAiBaseUrl())
				.apiKey("none")
				.defaultOptions(ChatOptions.builder().model("any").build())
				.build())
			.callbackManager(manager)
			.retryPolicy(new RetryPolicy(1, Duration.ofMillis(1), Duration.ofMillis(1)))
			.build();
		Agent agent = Agent.builder(client)
			.system("You are the secret agent")
			.tools(Tool.reactive("count", "counts", Empty.class, (input) -> Flux.just(1, 2, 3)))
			.build();
		this.server = WebServer.start(this.kind, List.of(new AssistantController(agent, Duration.ofMillis(100)),
				new UiMessageController(agent), new AgUiController(agent)));
	}

	@AfterEach
	void stop() throws Exception {
		if (this.server != null) {
			this.server.close();
		}
		if (this.provider != null) {
			this.provider.close();
		}
	}

	private void answerWithReasoningAndTools() {
		this.model.answer(
				ScriptedAnswer.reasoning("Let me", " count")
					.then(ScriptedAnswer.toolCalls(new ToolCall("c-1", "count", "{}")))
					.withUsage(3, 4),
				ScriptedAnswer.tokens(" Time", " flies", "\n\nlike", "  an arrow", " 🦅").withUsage(5, 6));
	}

	@Test
	@DisplayName("the browser receives tokens with their blanks, reasoning, tools, usage and the end, and not the prompt")
	void shouldSendTheEvents() throws Exception {
		answerWithReasoningAndTools();
		List<Sse> events = get("/assistant?question=Go");
		assertThat(events.stream()
			.filter((event) -> event.name().equals("LlmNewToken"))
			.map((event) -> json(event).get("token").toString())
			.collect(Collectors.joining())).isEqualTo(" Time flies\n\nlike  an arrow 🦅");
		assertThat(events.stream()
			.filter((event) -> event.name().equals("LlmNewToken"))
			.map((event) -> ((Map<?, ?>) json(event).get("chunk")).get("reasoning"))
			.filter(Objects::nonNull)
			.map(Object::toString)
			.collect(Collectors.joining())).isEqualTo("Let me count");
		assertThat(events).extracting(Sse::name)
			.containsSubsequence("LlmNewToken", "LlmEnd", "ToolStart", "ToolProgress", "ToolEnd", "LlmNewToken",
					"LlmEnd", "ChainEnd")
			.endsWith("ChainEnd");
		assertThat(events.stream()
			.filter((event) -> event.name().equals("LlmEnd"))
			.map((event) -> CallbackEventJson.read(event.data()))).extracting("result.llmOutput.tokenUsage.output")
			.containsExactly(4, 6);
		assertThat(events).extracting(Sse::data).noneMatch((data) -> data.contains("secret agent"));
		assertThat(events).extracting(Sse::id).allSatisfy((id) -> assertThat(id).hasSize(36));
	}

	@Test
	@DisplayName("a failure is an event that says nothing of the provider, and a normal end of the response")
	void shouldSendAFailure() throws Exception {
		this.model.answer(ScriptedAnswer.tokens("a").then(ScriptedAnswer.failure(new IOException("secret"))));
		List<Sse> events = get("/assistant?question=Go");
		assertThat(events).extracting(Sse::name).containsExactly("LlmNewToken", "failed");
		assertThat(events).extracting(Sse::data).noneMatch((data) -> data.contains("secret"));
	}

	@Test
	@DisplayName("G2 when the browser leaves, the run is cancelled and the provider's connection closed, although the model is silent")
	void shouldCancelWhenTheBrowserLeaves() throws Exception {
		this.model.answer(ScriptedAnswer.tokens("a").then(ScriptedAnswer.silence()));
		try (Socket browser = connect("/assistant?question=Go")) {
			readUntil(browser, "LlmNewToken");
			assertThat(this.provider.openStreams()).isOne();
		}
		await().atMost(TIMEOUT).until(() -> this.provider.openStreams() == 0);
		await().atMost(TIMEOUT).untilAsserted(() -> {
			assertThat(this.recorder.events(LlmCancel.class)).hasSize(1);
			assertThat(this.recorder.events(ChainCancel.class)).hasSize(1);
		});
	}

	@Test
	@DisplayName("G12 a browser that reads slowly pauses the provider, and loses nothing")
	void shouldPauseTheProviderWhenTheBrowserIsSlow() throws Exception {
		int total = 1_200;
		String text = "x".repeat(12_000);
		this.model.answer((request) -> Flux.range(0, total).map((number) -> ChatChunk.text(number + text)));
		HttpResponse<InputStream> response = send(
				HttpRequest.newBuilder(URI.create(this.server.url() + "/assistant?question=Go")));
		await().atMost(TIMEOUT).until(() -> !this.recorder.events(LlmNewToken.class).isEmpty());
		// the events have 28 MB: more than the buffers of the connections and of the run
		// can take
		await().during(Duration.ofSeconds(2))
			.atMost(TIMEOUT)
			.until(() -> this.recorder.events(LlmNewToken.class).size() < total);
		assertThat(read(response.body()).stream().filter((event) -> event.name().equals("LlmNewToken"))).hasSize(total);
		assertThat(this.recorder.events(LlmNewToken.class)).hasSize(total);
	}

	@Test
	@DisplayName("Vercel's UI message stream: its header, its parts in order, and [DONE]")
	void shouldSendAUiMessageStream() throws Exception {
		answerWithReasoningAndTools();
		HttpResponse<InputStream> response = post("/api/chat", """
				{"id":"chat","trigger":"submit-message","messages":[
				 {"id":"m","role":"user","parts":[{"type":"text","text":"Go"}]}]}""");
		assertThat(response.headers().firstValue("x-vercel-ai-ui-message-stream")).contains("v1");
		assertThat(response.headers().firstValue("content-type").orElseThrow()).startsWith("text/event-stream");
		List<Sse> events = read(response.body());
		assertThat(events).last().extracting(Sse::data).isEqualTo("[DONE]");
		List<Map<String, Object>> parts = events.subList(0, events.size() - 1)
			.stream()
			.map(ServeExamplesTests::json)
			.toList();
		assertThat(parts).extracting((part) -> part.get("type"))
			.containsExactly("start", "start-step", "reasoning-start", "reasoning-delta", "reasoning-delta",
					"reasoning-end", "tool-input-available", "tool-output-available", "tool-output-available",
					"tool-output-available", "finish-step", "start-step", "text-start", "text-delta", "text-delta",
					"text-delta", "text-delta", "text-delta", "text-end", "finish-step", "finish");
		assertThat(parts).last().satisfies((part) -> {
			assertThat(part.get("finishReason")).isEqualTo("stop");
			assertThat(part.get("messageMetadata")).isEqualTo(Map.of("inputTokens", 8, "outputTokens", 10));
		});
		assertThat(this.recorder.events(ToolEnd.class)).hasSize(1);
	}

	@Test
	@DisplayName("Vercel's UI message stream of a failed call ends with an error part, and [DONE]")
	void shouldSendAFailedUiMessageStream() throws Exception {
		this.model.answer(ScriptedAnswer.tokens("a").then(ScriptedAnswer.failure(new IOException("secret"))));
		List<Sse> events = read(post("/api/chat", """
				{"messages":[{"role":"user","parts":[{"type":"text","text":"Go"}]}]}""").body());
		assertThat(events).extracting(Sse::data).noneMatch((data) -> data.contains("secret")).endsWith("[DONE]");
		assertThat(events.subList(0, events.size() - 1)).extracting((event) -> json(event).get("type"))
			.containsExactly("start", "start-step", "text-start", "text-delta", "text-end", "error");
	}

	@Test
	@DisplayName("AG-UI: the events of a run in order")
	void shouldSendAgUiEvents() throws Exception {
		answerWithReasoningAndTools();
		List<Map<String, Object>> events = agUi();
		assertThat(events).extracting((event) -> event.get("type"))
			.containsExactly("RUN_STARTED", "REASONING_START", "REASONING_MESSAGE_START", "REASONING_MESSAGE_CONTENT",
					"REASONING_MESSAGE_CONTENT", "REASONING_MESSAGE_END", "REASONING_END", "TOOL_CALL_START",
					"TOOL_CALL_ARGS", "TOOL_CALL_END", "TOOL_CALL_RESULT", "TEXT_MESSAGE_START", "TEXT_MESSAGE_CONTENT",
					"TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_CONTENT",
					"TEXT_MESSAGE_END", "RUN_FINISHED");
		assertThat(events.get(0)).containsEntry("threadId", "t").containsEntry("runId", "r");
		assertThat(events).last()
			.extracting((event) -> event.get("usage"))
			.isEqualTo(
					List.of(Map.of("inputTokens", 3, "outputTokens", 4), Map.of("inputTokens", 5, "outputTokens", 6)));
	}

	@Test
	@DisplayName("AG-UI: a failed run ends with an error event")
	void shouldSendAFailedAgUiRun() throws Exception {
		this.model.answer(ScriptedAnswer.tokens("a").then(ScriptedAnswer.failure(new IOException("secret"))));
		List<Map<String, Object>> events = agUi();
		assertThat(events).extracting((event) -> event.get("type"))
			.containsExactly("RUN_STARTED", "TEXT_MESSAGE_START", "TEXT_MESSAGE_CONTENT", "RUN_ERROR");
		assertThat(events.toString()).doesNotContain("secret");
	}

	@Test
	@DisplayName("the scripts of the page, and the clients of the AI SDK and of AG-UI, read what is served")
	void shouldBeReadByOthers() throws Exception {
		Path modules = AimockProcess.install();
		for (int i = 0; i < 4; i++) {
			answerWithReasoningAndTools();
		}
		Process process = new ProcessBuilder("node", "src/test/peers/serve-reader.mjs", modules.toString(),
				"../docs/serve.md", this.server.url())
			.redirectErrorStream(true)
			.start();
		String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(process.exitValue()).as(said).isZero();
		assertThat(said).contains("4 of 4 read");
	}

	private List<Map<String, Object>> agUi() throws Exception {
		return read(post("/ag-ui", """
				{"threadId":"t","runId":"r","state":{},"tools":[],"context":[],"forwardedProps":{},
				 "messages":[{"id":"m","role":"user","content":"Go"}]}""").body()).stream()
			.map(ServeExamplesTests::json)
			.toList();
	}

	private static Map<String, Object> json(Sse event) {
		return JSON.readerForMapOf(Object.class).readValue(event.data());
	}

	private List<Sse> get(String path) throws Exception {
		return read(send(HttpRequest.newBuilder(URI.create(this.server.url() + path))).body());
	}

	private HttpResponse<InputStream> post(String path, String body) throws Exception {
		return send(HttpRequest.newBuilder(URI.create(this.server.url() + path))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body)));
	}

	private static HttpResponse<InputStream> send(HttpRequest.Builder request) throws Exception {
		HttpResponse<InputStream> response = HttpClient.newHttpClient()
			.send(request.timeout(TIMEOUT).header("Accept", "text/event-stream").build(),
					HttpResponse.BodyHandlers.ofInputStream());
		assertThat(response.statusCode()).isEqualTo(200);
		return response;
	}

	// as the standard says: one blank behind the colon is not part of the value
	private static List<Sse> read(InputStream body) throws IOException {
		List<Sse> events = new ArrayList<>();
		String name = "message";
		String id = "";
		StringBuilder data = new StringBuilder();
		try (BufferedReader reader = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				if (line.isEmpty()) {
					if (!data.isEmpty()) {
						events.add(new Sse(name, id, data.substring(0, data.length() - 1)));
					}
					name = "message";
					data.setLength(0);
				}
				else if (!line.startsWith(":")) {
					String value = line.substring(line.indexOf(':') + 1).replaceFirst("^ ", "");
					if (line.startsWith("event:")) {
						name = value;
					}
					else if (line.startsWith("id:")) {
						id = value;
					}
					else if (line.startsWith("data:")) {
						data.append(value).append('\n');
					}
				}
			}
		}
		return events;
	}

	private Socket connect(String path) throws IOException {
		Socket socket = new Socket();
		socket.setSoTimeout((int) TIMEOUT.toMillis());
		socket.connect(new InetSocketAddress("127.0.0.1", this.server.port()), (int) TIMEOUT.toMillis());
		socket.getOutputStream()
			.write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n")
				.getBytes(StandardCharsets.US_ASCII));
		return socket;
	}

	private static void readUntil(Socket socket, String text) throws IOException {
		byte[] buffer = new byte[8 * 1024];
		StringBuilder read = new StringBuilder();
		while (read.indexOf(text) == -1) {
			int count = socket.getInputStream().read(buffer);
			assertThat(count).as(read.toString()).isPositive();
			read.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
		}
	}

	/** Arguments of a tool. */
	record Empty() {

	}

	/** Event that a browser receives. */
	record Sse(String name, String id, String data) {

	}

}
