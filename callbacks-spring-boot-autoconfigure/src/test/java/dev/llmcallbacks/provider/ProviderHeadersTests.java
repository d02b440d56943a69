package dev.llmcallbacks.provider;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.client.RetryPolicy;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.model.AuthenticationException;
import dev.llmcallbacks.provider.SocketServer.Response;
import dev.llmcallbacks.provider.anthropic.AnthropicChatModel;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;
import dev.llmcallbacks.run.Run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ProviderHeaders}.
 */
class ProviderHeadersTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final OpenAiContractTests openAi = new OpenAiContractTests();

	private final AtomicInteger requests = new AtomicInteger();

	private final SocketServer server = new SocketServer(
			(exchange) -> exchange.send((this.requests.incrementAndGet() == 1) ? error(503, "busy") : answer()));

	@AfterEach
	void closeServer() {
		this.server.close();
	}

	@Test
	@DisplayName("headers are asked for before each attempt, inside the run and with the Reactor Context")
	void shouldAskForEachAttempt() {
		List<String> runs = new CopyOnWriteArrayList<>();
		AtomicInteger number = new AtomicInteger();
		ChatClient client = client((request) -> Mono.deferContextual((context) -> {
			runs.add(CurrentRun.from(context).map(Run::name).orElse("none"));
			return Mono.just(bearer(context.get("tenant") + "-" + number.incrementAndGet()));
		}));
		String text = client.prompt("Hi")
			.runName("call")
			.text()
			.contextWrite((context) -> context.put("tenant", "acme-token"))
			.block(TIMEOUT);
		assertThat(text).isEqualTo("Grüße 🦅!");
		assertThat(runs).containsExactly("call", "call");
		assertThat(this.server.requests()).extracting((request) -> request.headers().get("authorization"))
			.containsExactly("Bearer acme-token-1", "Bearer acme-token-2");
	}

	@Test
	@DisplayName("without headers the configured key is sent")
	void shouldKeepTheConfiguredKey() {
		client((request) -> Mono.empty()).prompt("Hi").text().block(TIMEOUT);
		assertThat(this.server.requests()).extracting((request) -> request.headers().get("authorization"))
			.containsExactly("Bearer sk-configured-key", "Bearer sk-configured-key");
	}

	@Test
	@DisplayName("an error fails the call, and nothing is sent")
	void shouldFailWithTheError() {
		IllegalStateException failure = new IllegalStateException("no token");
		ChatClient client = client((request) -> Mono.error(failure));
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> client.prompt("Hi").text().block(TIMEOUT))
			.isSameAs(failure);
		ChatClient throwing = client((request) -> {
			throw failure;
		});
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> throwing.prompt("Hi").text().block(TIMEOUT))
			.isSameAs(failure);
		assertThat(this.server.requests()).isEmpty();
	}

	@Test
	@DisplayName("G31 the values of such headers are masked")
	void shouldMaskTheValues() {
		try (SocketServer echoing = new SocketServer((exchange) -> exchange
			.send(error(401, "wrong key " + exchange.request().headers().get("x-api-key"))))) {
			AnthropicChatModel model = AnthropicChatModel.builder()
				.baseUrl(echoing.url())
				.apiKey("configured")
				.headers((request) -> {
					HttpHeaders headers = new HttpHeaders();
					headers.set("x-api-key", "tenant-secret-0815");
					return Mono.just(headers);
				})
				.build();
			assertThatExceptionOfType(AuthenticationException.class)
				.isThrownBy(() -> ChatClient.builder(model).build().prompt("Hi").model("m").text().block(TIMEOUT))
				.withMessageContaining("wrong key ***")
				.withMessageNotContaining("tenant")
				.satisfies((ex) -> assertThat(ex.getProviderError().message()).isEqualTo("wrong key ***"));
		}
	}

	@Test
	@DisplayName("a value that no header can hold is an error that does not quote it")
	void shouldRefuseLineBreaks() {
		ChatClient client = client((request) -> Mono.just(bearer("secret\nnext")));
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> client.prompt("Hi").text().block(TIMEOUT))
			.withMessageContaining("Authorization")
			.withMessageNotContaining("secret");
	}

	@Test
	@DisplayName("the request says which model is called")
	void shouldPassTheRequest() {
		ChatClient client = client((request) -> Mono.just(bearer(Objects.requireNonNull(request.options().model()))));
		client.prompt("Hi").model("model-of-tenant").text().block(TIMEOUT);
		assertThat(this.server.requests().get(0).headers()).containsEntry("authorization", "Bearer model-of-tenant");
	}

	private ChatClient client(ProviderHeaders headers) {
		OpenAiChatModel model = OpenAiChatModel.builder()
			.baseUrl(this.server.url())
			.apiKey("sk-configured-key")
			.headers(headers)
			.build();
		return ChatClient.builder(model)
			.defaultOptions(ChatOptions.builder().model("m-1").build())
			.retryPolicy(new RetryPolicy(3, Duration.ofMillis(1), Duration.ofMillis(1)))
			.build();
	}

	private static HttpHeaders bearer(String token) {
		HttpHeaders headers = new HttpHeaders();
		headers.set(HttpHeaders.AUTHORIZATION, "Bearer " + token);
		return headers;
	}

	private Response answer() {
		return Response.stream(ProviderFixture.bytes(this.openAi.transcript()));
	}

	private static Response error(int status, String message) {
		return Response.json(status, "{\"error\":{\"message\":\"" + message + "\"}}");
	}

}
