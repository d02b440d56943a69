package dev.llmcallbacks.sample.chat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webtestclient.autoconfigure.AutoConfigureWebTestClient;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import dev.llmcallbacks.test.ScriptedProvider;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AssistantController}, over HTTP.
 */
@Timeout(60)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "callbacks.openai.api-key=", "callbacks.anthropic.api-key=", "sample.scripted.pace=10ms",
				"callbacks.retry.max-attempts=1" })
@AutoConfigureWebTestClient(timeout = "20s")
@ExtendWith(OutputCaptureExtension.class)
class AssistantControllerTests {

	private static final ParameterizedTypeReference<ServerSentEvent<Map<String, Object>>> EVENT = new ParameterizedTypeReference<>() {
	};

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	@Autowired
	private WebTestClient client;

	@Autowired
	private ScriptedProvider provider;

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			/assistant?question={text} | Are there seals, and a ferry at the south harbour? | 109 | \
			I have looked that up. The next ferry leaves the south harbour at 11:15.
			/chain?topic={text}        | the market                                         | 42  | \
			Here is what the guide knows. The market is held on Saturdays
			""")
	void shouldStreamTheAnswerAndEndWithUsageOfAllCalls(String uri, String text, int inputTokens, String answer) {
		List<ServerSentEvent<Map<String, Object>>> events = ask(uri, text).collectList()
			.blockOptional(PATIENCE)
			.orElseThrow();
		assertThat(events).extracting(ServerSentEvent::event)
			.containsOnlyOnce("ChainEnd")
			.endsWith("LlmEnd", "ChainEnd");
		List<ServerSentEvent<Map<String, Object>>> tokens = of("LlmNewToken", events);
		assertThat(tokens).hasSizeGreaterThan(10);
		assertThat(tokens.stream().map((event) -> field(event, "token").toString()).collect(Collectors.joining()))
			.startsWith(answer);
		assertThat(of("LlmEnd", events).stream()
			.map((end) -> (Map<?, ?>) field(end, "result"))
			.map((result) -> (Map<?, ?>) Objects.requireNonNull(result.get("llmOutput")))
			.map((output) -> (Map<?, ?>) Objects.requireNonNull(output.get("tokenUsage")))
			.mapToInt((usage) -> (Integer) Objects.requireNonNull(usage.get("input")))
			.sum()).isEqualTo(inputTokens);
		assertThat(events.toString()).doesNotContain("visitors of a small island");
	}

	@Test
	void shouldSendTheToolsThatAreCalled() {
		List<ServerSentEvent<Map<String, Object>>> events = ask("/assistant?question={text}", "Are there seals?")
			.collectList()
			.blockOptional(PATIENCE)
			.orElseThrow();
		assertThat(of("ToolStart", events)).isNotEmpty().hasSameSizeAs(of("ToolEnd", events));
	}

	private static List<ServerSentEvent<Map<String, Object>>> of(String name,
			List<ServerSentEvent<Map<String, Object>>> events) {
		return events.stream().filter((event) -> name.equals(event.event())).toList();
	}

	@ParameterizedTest
	@CsvSource({ "/assistant?question={text}, Where are seals?", "/chain?topic={text}, seals" })
	void shouldCancelEveryRunWhenClientGoesAway(String uri, String text, CapturedOutput output) {
		StringBuilder run = new StringBuilder();
		StepVerifier.create(ask(uri, text))
			.assertNext((event) -> run.append(((Map<?, ?>) field(event, "run")).get("rootId")))
			.thenCancel()
			.verify(PATIENCE);
		Awaitility.await()
			.atMost(PATIENCE)
			.untilAsserted(() -> assertThat(output).contains("Run " + run + " CANCELLED after"));
		Awaitility.await().atMost(PATIENCE).until(() -> this.provider.openStreams() == 0);
	}

	@Test
	void shouldAnswerWithProblemWhenProviderFailsBeforeFirstToken() {
		problem("/assistant?question={text}", "Please be overloaded", 503, "The provider has no capacity");
	}

	@ParameterizedTest
	@CsvSource({ "/assistant?question={text}, question", "/chain?topic={text}, topic" })
	void shouldAnswerWithProblemWhenTextIsBlank(String uri, String parameter) {
		problem(uri, " ", 400, "The parameter '" + parameter + "' is blank.");
	}

	private void problem(String uri, String text, int status, String detail) {
		this.client.get()
			.uri(uri, text)
			.exchange()
			.expectStatus()
			.isEqualTo(status)
			.expectHeader()
			.contentTypeCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody()
			.jsonPath("$.detail")
			.value(String.class, (value) -> assertThat(value).startsWith(detail));
	}

	private Flux<ServerSentEvent<Map<String, Object>>> ask(String uri, String text) {
		return this.client.get()
			.uri(uri, text)
			.exchange()
			.expectStatus()
			.isOk()
			.expectHeader()
			.contentTypeCompatibleWith(MediaType.TEXT_EVENT_STREAM)
			.returnResult(EVENT)
			.getResponseBody();
	}

	private static Object field(ServerSentEvent<Map<String, Object>> event, String name) {
		return Objects.requireNonNull(Objects.requireNonNull(event.data()).get(name));
	}

}
