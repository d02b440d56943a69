package dev.llmcallbacks.sample.chat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
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
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.handlers.CallbackEventJson;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.test.ScriptedProvider;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ChatController}, over HTTP.
 */
@Timeout(60)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "callbacks.openai.api-key=", "callbacks.anthropic.api-key=", "sample.scripted.pace=100ms",
				"callbacks.retry.max-attempts=1" })
@AutoConfigureWebTestClient(timeout = "20s")
@ExtendWith(OutputCaptureExtension.class)
class ChatControllerTests {

	private static final ParameterizedTypeReference<ServerSentEvent<Map<String, Object>>> EVENT = new ParameterizedTypeReference<>() {
	};

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	/** Shorter than what remains of the story when its first token has come. */
	private static final Duration BEFORE_THE_STORY_ENDS = Duration.ofSeconds(8);

	@Autowired
	private WebTestClient client;

	@Autowired
	private ScriptedProvider provider;

	@BeforeEach
	void awaitProvider() {
		Awaitility.await().atMost(PATIENCE).until(() -> this.provider.openStreams() == 0);
	}

	@ParameterizedTest
	@CsvSource({ "'', gpt-4.1-mini", "openai, gpt-4.1-mini", "anthropic, claude-sonnet-4-5" })
	void shouldStreamTokensAndEndWithUsage(String provider, String model) {
		List<ServerSentEvent<Map<String, Object>>> events = ask("Tell me a joke", provider).collectList()
			.blockOptional(PATIENCE)
			.orElseThrow();
		assertThat(events).extracting(ServerSentEvent::event)
			.containsOnlyOnce("LlmEnd")
			.endsWith("LlmNewToken", "LlmEnd");
		assertThat(events.subList(0, events.size() - 1)).extracting((event) -> field(event, "token"))
			.containsExactly("Why", " don", "'t", " scientists", " trust", " atoms", "?", " Because", " they", " make",
					" up", " everything", ".");
		ServerSentEvent<Map<String, Object>> end = events.get(events.size() - 1);
		LlmEnd received = (LlmEnd) CallbackEventJson.read(new JsonMapper().writeValueAsString(end.data()));
		assertThat(received.result().llmOutput().modelName()).isEqualTo(model);
		assertThat(received.result().llmOutput().tokenUsage()).isEqualTo(new TokenUsage(4, 13, 17, 0, 0, 0));
		assertThat(received.result().generations().get(0).get(0).finishReason()).isEqualTo(FinishReason.STOP);
		assertThat(received.request().messages()).isEmpty();
	}

	@Test
	void shouldNameTheRunInEveryEventAndTellHandlersOfIt(CapturedOutput output) {
		List<String> runs = Stream.of("openai", "anthropic")
			.flatMap((provider) -> ask("Tell me a joke", provider).toStream())
			.map(ServerSentEvent::id)
			.distinct()
			.toList();
		assertThat(runs).hasSize(2).doesNotHaveDuplicates();
		assertThat(runs).extracting((run) -> UUID.fromString(run).version()).containsOnly(7);
		assertThat(runs).allSatisfy((run) -> assertThat(output).contains("Run " + run + " COMPLETED after")
			.contains("Run " + run + " used 4 tokens of input and 13 of output"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "openai", "anthropic" })
	void shouldSendTokensAsTheyComeAndCancelRunWhenClientGoesAway(String provider, CapturedOutput output) {
		StringBuilder run = new StringBuilder();
		StepVerifier.create(ask("Tell me a story", provider)).assertNext((event) -> {
			assertThat(field(event, "token")).isEqualTo("A");
			assertThat(this.provider.openStreams()).as("the provider is still writing").isOne();
			run.append(event.id());
		}).thenCancel().verify(PATIENCE);
		Awaitility.await().atMost(BEFORE_THE_STORY_ENDS).until(() -> this.provider.openStreams() == 0);
		Awaitility.await()
			.atMost(PATIENCE)
			.untilAsserted(() -> assertThat(output).contains("Run " + run + " CANCELLED after"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			/chat                           | Required query parameter 'prompt' is not present.
			/chat?prompt=                   | The parameter 'prompt' is blank.
			~/chat?prompt=  ~               | The parameter 'prompt' is blank.
			/chat?prompt=Hi&provider=other  | names none of the configured providers: openai, anthropic.
			""")
	void shouldAnswerWithProblemWhenRequestIsBad(String uri, String detail) {
		this.client.get()
			.uri(uri)
			.exchange()
			.expectStatus()
			.isBadRequest()
			.expectHeader()
			.contentTypeCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody()
			.jsonPath("$.status")
			.isEqualTo(400)
			.jsonPath("$.title")
			.isEqualTo("Bad Request")
			.jsonPath("$.detail")
			.value(String.class, (value) -> assertThat(value).endsWith(detail));
	}

	@Test
	void shouldAnswerWithProblemWhenPromptIsTooLong() {
		this.client.get()
			.uri("/chat?prompt={prompt}", "a".repeat(4001))
			.exchange()
			.expectStatus()
			.isBadRequest()
			.expectBody()
			.jsonPath("$.detail")
			.isEqualTo("The parameter 'prompt' has 4001 characters; at most 4000 are allowed.");
	}

	@ParameterizedTest
	@CsvSource({ "openai, Please limit my rate, 429", "anthropic, Please limit my rate, 429",
			"openai, Please be overloaded, 503", "anthropic, Please be overloaded, 503" })
	void shouldAnswerWithProblemWhenProviderFailsBeforeFirstToken(String provider, String prompt, int status) {
		this.client.get()
			.uri("/chat?prompt={prompt}&provider={provider}", prompt, provider)
			.accept(MediaType.TEXT_EVENT_STREAM)
			.exchange()
			.expectStatus()
			.isEqualTo(status)
			.expectHeader()
			.contentTypeCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON)
			.expectHeader()
			.value("Retry-After", (value) -> assertThat(value).isEqualTo((status == 429) ? "1" : null))
			.expectBody()
			.jsonPath("$.detail")
			.value(String.class, (detail) -> assertThat(detail).startsWith("The provider ").doesNotContain("scripted"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "openai", "anthropic" })
	void shouldEndWithEventWhenProviderFailsAfterFirstToken(String provider) {
		StepVerifier.create(ask("Please break off", provider)).expectNextCount(3).assertNext((event) -> {
			assertThat(event.event()).isEqualTo("failed");
			assertThat(field(event, "status")).isEqualTo(502);
		}).expectComplete().verify(PATIENCE);
	}

	private Flux<ServerSentEvent<Map<String, Object>>> ask(String prompt, String provider) {
		return this.client.get()
			.uri("/chat?prompt={prompt}&provider={provider}", prompt, provider)
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
