package dev.llmcallbacks.sample.chat;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webtestclient.autoconfigure.AutoConfigureWebTestClient;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.reactive.server.WebTestClient.BodyContentSpec;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import dev.llmcallbacks.test.ScriptedProvider;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the actuator endpoint {@code llmcallbacks}, over HTTP.
 */
@Timeout(60)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "callbacks.openai.api-key=", "callbacks.anthropic.api-key=", "sample.scripted.pace=100ms",
				"management.endpoint.llmcallbacks.access=unrestricted" })
@AutoConfigureWebTestClient(timeout = "20s")
@ExtendWith(OutputCaptureExtension.class)
class EndpointTests {

	private static final ParameterizedTypeReference<ServerSentEvent<Map<String, Object>>> EVENT = new ParameterizedTypeReference<>() {
	};

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private static final String ENDPOINT = "/actuator/llmcallbacks";

	@Autowired
	private WebTestClient client;

	@Autowired
	private ScriptedProvider provider;

	@BeforeEach
	void awaitProvider() {
		Awaitility.await().atMost(PATIENCE).until(() -> this.provider.openStreams() == 0);
	}

	@Test
	@DisplayName("G1 G2 a run that is cancelled over HTTP ends in a Cancel, and the exchange with the provider is closed")
	void shouldShowAndCancelARunWhileItStreams(CapturedOutput output) {
		StringBuilder run = new StringBuilder();
		StepVerifier.create(ask("Tell me a story").publishOn(Schedulers.boundedElastic())).assertNext((token) -> {
			run.append(token.id());
			show().jsonPath("$.runs.length()")
				.isEqualTo(1)
				.jsonPath("$.runs[0].id")
				.isEqualTo(run.toString())
				.jsonPath("$.runs[0].type")
				.isEqualTo("LLM")
				.jsonPath("$.runs[0].tags")
				.isEqualTo(List.of("chat"))
				.jsonPath("$.executors.llmCallbacksTaskExecutor.maxPoolSize")
				.isEqualTo(16);
			assertThat(this.provider.openStreams()).isOne();
			assertThat(cancel(run.toString())).isEqualTo(HttpStatus.NO_CONTENT);
		})
			.thenConsumeWhile((event) -> "LlmNewToken".equals(event.event()))
			.assertNext((event) -> assertThat(event.event()).isEqualTo("failed"))
			.expectComplete()
			.verify(PATIENCE);
		Awaitility.await().atMost(PATIENCE).until(() -> this.provider.openStreams() == 0);
		Awaitility.await()
			.atMost(PATIENCE)
			.untilAsserted(() -> assertThat(output).contains("Run " + run + " CANCELLED after"));
		Awaitility.await().atMost(PATIENCE).until(() -> cancel(run.toString()) == HttpStatus.NOT_FOUND);
		show().jsonPath("$.runs").isEmpty();
	}

	@Test
	void shouldSwitchAHandlerOffAndOn(CapturedOutput output) {
		assertThat(switchHandler("runLog-log", false)).isEqualTo(HttpStatus.NO_CONTENT);
		show().jsonPath("$.handlers.runLog-log.enabled").isEqualTo(false);
		String unheard = tellJoke();
		assertThat(switchHandler("runLog-log", true)).isEqualTo(HttpStatus.NO_CONTENT);
		String heard = tellJoke();
		assertThat(output).contains("Run " + heard + " COMPLETED after")
			.doesNotContain("Run " + unheard + " COMPLETED");
		assertThat(output).contains("Run " + unheard + " used 4 tokens");
	}

	@Test
	void shouldAnswerWithStatusWhenRequestIsBad() {
		assertThat(switchHandler("nobody", false)).isEqualTo(HttpStatus.NOT_FOUND);
		assertThat(cancel("no-uuid")).isEqualTo(HttpStatus.BAD_REQUEST);
	}

	@Test
	@DisplayName("the bill of materials is published, and has no YAML of the schema validator's")
	void shouldPublishTheBillOfMaterials() {
		this.client.mutate()
			.codecs((codecs) -> codecs.defaultCodecs().maxInMemorySize(4 << 20))
			.build()
			.get()
			.uri("/actuator/sbom/application")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.bomFormat")
			.isEqualTo("CycloneDX")
			.jsonPath("$.components[*].name")
			.value((Object names) -> assertThat(names).asInstanceOf(InstanceOfAssertFactories.list(String.class))
				.contains("callbacks-spring-boot-autoconfigure", "jackson-databind", "json-schema-validator")
				.doesNotContain("jackson-dataformat-yaml", "snakeyaml-engine"));
	}

	@Test
	void shouldTellOfTheLibraryInInfo() {
		this.client.get()
			.uri("/actuator/info")
			.exchange()
			.expectBody()
			.jsonPath("$.llmcallbacks.handlers.disabled")
			.isEqualTo(0)
			.jsonPath("$.llmcallbacks.models[0]")
			.isEqualTo("AnthropicChatModel");
	}

	private String tellJoke() {
		List<ServerSentEvent<Map<String, Object>>> events = ask("Tell me a joke").collectList()
			.blockOptional(PATIENCE)
			.orElseThrow();
		assertThat(events).last().extracting(ServerSentEvent::event).isEqualTo("LlmEnd");
		return String.valueOf(events.get(0).id());
	}

	private Flux<ServerSentEvent<Map<String, Object>>> ask(String prompt) {
		return this.client.get()
			.uri("/chat?prompt={prompt}", prompt)
			.exchange()
			.expectStatus()
			.isOk()
			.returnResult(EVENT)
			.getResponseBody();
	}

	private BodyContentSpec show() {
		return this.client.get().uri(ENDPOINT).exchange().expectStatus().isOk().expectBody();
	}

	private HttpStatus switchHandler(String name, boolean enabled) {
		return HttpStatus.valueOf(this.client.post()
			.uri(ENDPOINT + "/{name}", name)
			.contentType(MediaType.APPLICATION_JSON)
			.bodyValue(Map.of("enabled", enabled))
			.exchange()
			.returnResult()
			.getStatus()
			.value());
	}

	private HttpStatus cancel(String run) {
		return HttpStatus
			.valueOf(this.client.delete().uri(ENDPOINT + "/{run}", run).exchange().returnResult().getStatus().value());
	}

}
