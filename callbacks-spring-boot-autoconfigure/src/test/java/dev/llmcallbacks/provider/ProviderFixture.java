package dev.llmcallbacks.provider;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.provider.SocketServer.Response;
import dev.llmcallbacks.wire.KeyWatch;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the tests of all providers need to know of one, and do with it.
 */
abstract class ProviderFixture {

	static final String KEY = "sk-test-0123456789abcdefghij";

	static final Duration TIMEOUT = Duration.ofSeconds(20);

	static final ChatRequest REQUEST = new ChatRequest(List.of(new HumanMessage("Tell me a joke")));

	private final List<SocketServer> servers = new ArrayList<>();

	/**
	 * Return the provider's name.
	 */
	abstract String provider();

	/**
	 * Return the name of the protocol.
	 */
	String protocol() {
		return provider();
	}

	/**
	 * Return a model that calls the given URL with {@link #KEY}.
	 */
	abstract ChatModel model(String url, WebClient.Builder webClientBuilder, int maxEventSize, ChatOptions options);

	/**
	 * Return a streamed answer, event by event: text {@code "Grüße 🦅!"}, a tool call
	 * {@code weather({"city":"Köln"})}, 10 tokens in, 5 out.
	 */
	abstract List<String> transcript();

	/**
	 * Return how many of the transcript's events suffice for a complete answer.
	 */
	abstract int completeAfter();

	/**
	 * Return the answer of {@link #transcript()} as one JSON object.
	 */
	abstract String wholeAnswer();

	/**
	 * Return an event of which the payload has the given text as its text.
	 */
	abstract String textEvent(String text);

	/**
	 * Return an error as the provider writes it.
	 */
	String error(String type, String message) {
		return "{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\",\"message\":\"" + message + "\"}}";
	}

	@AfterEach
	void closeServers() {
		this.servers.forEach(SocketServer::close);
	}

	SocketServer server(Response response) {
		return server((exchange) -> exchange.send(response));
	}

	SocketServer server(SocketServer.Handler handler) {
		SocketServer server = new SocketServer(handler);
		this.servers.add(server);
		return server;
	}

	/**
	 * Return a client that has one connection and waits for it: an answer is complete a
	 * moment before its connection may be used again.
	 */
	static WebClient.Builder withOneConnection() {
		ConnectionProvider one = ConnectionProvider.builder("one").maxConnections(1).build();
		return WebClient.builder().clientConnector(new ReactorClientHttpConnector(HttpClient.create(one)));
	}

	ChatModel model(SocketServer server) {
		return model(server.url(), WebClient.builder(), 1024 * 1024, ChatOptions.builder().model("test-model").build());
	}

	static byte[] bytes(List<String> events) {
		return String.join("", events).getBytes(StandardCharsets.UTF_8);
	}

	static Response stream(List<byte[]> pieces) {
		return Response.stream(pieces.toArray(byte[][]::new));
	}

	static ChatResponse answer(List<ChatChunk> chunks) {
		AnswerAssembler assembler = new AnswerAssembler();
		chunks.forEach(assembler::add);
		return assembler.toResponse();
	}

	ChatModelException failure(Response response) {
		return failure(model(server(response)));
	}

	static ChatModelException failure(ChatModel model) {
		Throwable thrown = model.stream(REQUEST).then().materialize().block(TIMEOUT).getThrowable();
		assertThat(thrown).isInstanceOf(ChatModelException.class);
		KeyWatch.search(stackTrace(thrown));
		return (ChatModelException) thrown;
	}

	void check(ChatResponse response) {
		ChatGeneration generation = response.generations().get(0);
		assertThat(generation.text()).isEqualTo("Grüße 🦅!");
		assertThat(generation.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
		ToolCall call = generation.message().toolCalls().get(0);
		assertThat(call.name()).isEqualTo("weather");
		assertThat(call.id()).isEqualTo("call_1");
		assertThat(call.parsedArguments()).isEqualTo(Map.of("city", "Köln"));
		assertThat(response.llmOutput().modelName()).isEqualTo("test-model-1");
		assertThat(response.llmOutput().id()).isEqualTo("answer_1");
		assertThat(response.llmOutput().tokenUsage()).isEqualTo(new TokenUsage(10, 5, 15, 4, 0, 0));
	}

	static String stackTrace(Throwable error) {
		StringWriter text = new StringWriter();
		error.printStackTrace(new PrintWriter(text));
		return text.toString();
	}

}
