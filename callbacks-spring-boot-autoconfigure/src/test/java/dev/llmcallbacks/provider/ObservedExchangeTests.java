package dev.llmcallbacks.provider;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.micrometer.observation.Observation;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.test.StepVerifier;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.observation.GenAiConventions;
import dev.llmcallbacks.observation.ObservationRunFilter;
import dev.llmcallbacks.observation.Observed;
import dev.llmcallbacks.provider.SocketServer.Response;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the HTTP exchange is observed inside the call that it is made for.
 */
class ObservedExchangeTests {

	private static final Duration TIMEOUT = ClientFixture.TIMEOUT;

	private final Observed observed = new Observed();

	static List<ClientFixture> all() {
		return ClientFixture.all();
	}

	@ParameterizedTest
	@MethodSource("all")
	void shouldObserveTheExchangeOfAStreamInsideItsCall(ClientFixture fixture) {
		try (SocketServer server = SocketServer.answering(fixture.answer())) {
			client(fixture, server).prompt("Tell me a joke").content().blockLast(TIMEOUT);
			assertThat(this.observed.paths()).containsExactlyInAnyOrder("chat m > http post", "chat m");
			Observation.Context call = this.observed.named("chat m");
			assertThat(Observed.value(call, "gen_ai.provider.name")).isEqualTo(fixture.provider());
			assertThat(server.url())
				.contains(Observed.value(call, "server.address") + ":" + Observed.value(call, "server.port"));
		}
	}

	@ParameterizedTest
	@MethodSource("all")
	void shouldObserveTheExchangeOfACancelledStreamInsideItsCall(ClientFixture fixture) {
		try (SocketServer server = SocketServer.answering(fixture.answer())) {
			StepVerifier.create(client(fixture, server).prompt("Tell me a joke").stream(), 1)
				.expectNextCount(1)
				.thenCancel()
				.verify(TIMEOUT);
			assertThat(this.observed.paths()).contains("chat m > http post", "chat m");
		}
	}

	@ParameterizedTest
	@MethodSource("all")
	void shouldObserveTheExchangeOfAFailedCallInsideIt(ClientFixture fixture) {
		try (SocketServer server = SocketServer.answering(fixture.error(400, "invalid_request_error"))) {
			StepVerifier.create(client(fixture, server).prompt("Tell me a joke").streaming(false).result())
				.expectError()
				.verify(TIMEOUT);
			assertThat(this.observed.paths()).containsExactlyInAnyOrder("chat m > http post", "chat m");
			assertThat(Observed.value(this.observed.named("chat m"), "error.type"))
				.isEqualTo("dev.llmcallbacks.model.InvalidRequestException");
		}
	}

	@ParameterizedTest
	@MethodSource("all")
	@DisplayName("S11 the query of the base URL is sent, and is in no observation and seen by no filter")
	void shouldNotObserveTheQueryOfTheBaseUrl(ClientFixture fixture) {
		List<String> urls = new CopyOnWriteArrayList<>();
		WebClient.Builder builder = WebClient.builder()
			.observationRegistry(this.observed.registry())
			.filter((request, next) -> {
				urls.add(request.url().toString());
				return next.exchange(request);
			});
		for (Response response : List.of(fixture.answer(), fixture.error(400, "invalid_request_error"))) {
			try (SocketServer server = SocketServer.answering(response)) {
				ChatClient client = fixture.with(builder).client(server.url() + "/v1?api-key=sk-4711%2B&x=1");
				client.prompt("Hi").content().onErrorComplete().blockLast(TIMEOUT);
				assertThat(server.requests()).singleElement()
					.satisfies((request) -> assertThat(request.line()).contains("?api-key=sk-4711%2B&x=1 "));
			}
		}
		assertThat(this.observed.named("http post").getAllKeyValues()).anyMatch((it) -> it.getValue().contains("/v1/"));
		assertThat(this.observed.texts()).noneMatch((text) -> text.contains("4711") || text.contains("?"));
		assertThat(urls).hasSize(2).noneMatch((url) -> url.contains("?"));
	}

	private ChatClient client(ClientFixture fixture, SocketServer server) {
		CallbackManager manager = CallbackManager.builder()
			.filters(List.of(new ObservationRunFilter(this.observed.registry(), GenAiConventions.V1_41, List.of())))
			.build();
		return fixture.with(WebClient.builder().observationRegistry(this.observed.registry()))
			.client(server.url())
			.mutate()
			.callbackManager(manager)
			.build();
	}

}
