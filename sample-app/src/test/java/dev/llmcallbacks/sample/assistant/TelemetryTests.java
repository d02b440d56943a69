package dev.llmcallbacks.sample.assistant;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.webtestclient.autoconfigure.AutoConfigureWebTestClient;
import org.springframework.context.annotation.Bean;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests what the runs of an agent look like in OpenTelemetry and Prometheus.
 */
@Timeout(60)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "callbacks.openai.api-key=", "callbacks.anthropic.api-key=", "sample.scripted.pace=1ms",
				"management.tracing.sampling.probability=1", "management.endpoints.web.exposure.include=prometheus" })
@AutoConfigureWebTestClient(timeout = "20s")
class TelemetryTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	@Autowired
	private WebTestClient client;

	@Autowired
	private InMemorySpans spans;

	@Test
	void shouldShowAnAgentAsOneTraceWithTheExchangesInsideTheirCalls() {
		ask();
		List<SpanData> spans = this.spans.ofTheTraceOf("invoke_agent assistant");
		Map<String, SpanData> byId = spans.stream().collect(Collectors.toMap(SpanData::getSpanId, Function.identity()));
		List<String> inParents = spans.stream()
			.filter((span) -> byId.containsKey(span.getParentSpanId()))
			.map((span) -> byId.get(span.getParentSpanId()).getName() + " > " + span.getName())
			.toList();
		assertThat(inParents).contains("invoke_agent assistant > chat gpt-4.1-mini", "chat gpt-4.1-mini > http post",
				"invoke_agent assistant > execute_tool search_guide",
				"invoke_agent assistant > execute_tool next_ferry", "execute_tool search_guide > retrieval guide");
		assertThat(inParents).filteredOn("chat gpt-4.1-mini > http post"::equals).hasSize(2);
		assertThat(inParents).as("all but the server's own span").hasSize(spans.size() - 1);
	}

	@Test
	@DisplayName("F21 spans have the kinds of the conventions, and attributes their types; what is not there is absent")
	void shouldHaveTheKindsAndTypesOfTheConventions() {
		ask();
		List<SpanData> spans = this.spans.ofTheTraceOf("invoke_agent assistant");
		SpanData chat = named("chat gpt-4.1-mini", spans);
		assertThat(chat.getKind()).isEqualTo(SpanKind.CLIENT);
		assertThat(named("retrieval guide", spans).getKind()).isEqualTo(SpanKind.CLIENT);
		assertThat(named("execute_tool next_ferry", spans).getKind()).isEqualTo(SpanKind.INTERNAL);
		assertThat(named("invoke_agent assistant", spans).getKind()).isEqualTo(SpanKind.INTERNAL);
		assertThat(chat.getAttributes().get(AttributeKey.longKey("gen_ai.usage.input_tokens"))).isPositive();
		assertThat(chat.getAttributes().get(AttributeKey.longKey("server.port"))).isPositive();
		assertThat(chat.getAttributes().get(AttributeKey.doubleKey("gen_ai.response.time_to_first_chunk")))
			.isPositive();
		assertThat(chat.getAttributes().get(AttributeKey.booleanKey("gen_ai.request.stream"))).isTrue();
		assertThat(chat.getAttributes().get(AttributeKey.stringArrayKey("gen_ai.response.finish_reasons"))).hasSize(1);
		assertThat(spans)
			.filteredOn((span) -> span.getAttributes().get(AttributeKey.stringKey("llm.callbacks.run.id")) != null)
			.hasSizeGreaterThan(4)
			.allSatisfy((span) -> assertThat(span.getAttributes().asMap().keySet()).extracting(AttributeKey::getKey)
				.doesNotContain("error.type"));
	}

	private static SpanData named(String name, List<SpanData> spans) {
		return spans.stream().filter((span) -> span.getName().equals(name)).findFirst().orElseThrow();
	}

	@Test
	void shouldExposeTheMetersOfTheConventions() {
		ask();
		String scrape = this.client.get()
			.uri("/actuator/prometheus")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(String.class)
			.returnResult()
			.getResponseBody();
		assertThat(scrape).containsPattern(
				"gen_ai_client_operation_duration_seconds_bucket\\{.*gen_ai_provider_name=\"openai\".*le=\"81.92\"}")
			.containsPattern("gen_ai_client_operation_time_to_first_chunk_seconds_bucket\\{.*le=\"0.01\"}")
			.containsPattern("gen_ai_client_operation_time_per_output_chunk_seconds_bucket\\{.*le=\"0.02\"}")
			.containsPattern("gen_ai_client_token_usage_bucket\\{.*gen_ai_token_type=\"input\".*le=\"6.7108864E7\"}")
			.contains("gen_ai_execute_tool_duration_seconds_count", "gen_ai_invoke_agent_duration_seconds_count")
			.containsPattern("llm_callbacks_handler_delivered_total\\{.*handler=\"llmCallbacksMeterHandler\"")
			.containsPattern("executor_pool_size_threads\\{.*name=\"llmCallbacksTaskExecutor\"");
		assertThat(scrape).doesNotContainPattern("# HELP gen_ai_client_(token|operation_time)\\w+ \\n");
	}

	private void ask() {
		this.client.get()
			.uri("/assistant?question={question}", "Are there seals, and a ferry at the south harbour?")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(String.class)
			.returnResult();
	}

	private static boolean isComplete(List<SpanData> spans) {
		return spans.stream().anyMatch((span) -> !span.getParentSpanContext().isValid());
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class TelemetryConfiguration {

		@Bean
		InMemorySpans inMemorySpans() {
			return new InMemorySpans(InMemorySpanExporter.create());
		}

		@Bean
		SpanProcessor inMemorySpanProcessor(InMemorySpans spans) {
			return SimpleSpanProcessor.create(spans.exporter());
		}

	}

	/**
	 * The spans that have ended.
	 */
	record InMemorySpans(InMemorySpanExporter exporter) {

		/** Waits for the server's own span, which ends when the answer has been sent. */
		List<SpanData> ofTheTraceOf(String name) {
			return Awaitility.await().atMost(PATIENCE).until(() -> trace(name), TelemetryTests::isComplete);
		}

		private List<SpanData> trace(String name) {
			List<SpanData> all = this.exporter.getFinishedSpanItems();
			return all.stream()
				.filter((span) -> span.getName().equals(name))
				.reduce((first, last) -> last)
				.map((found) -> all.stream().filter((span) -> span.getTraceId().equals(found.getTraceId())).toList())
				.orElse(List.of());
		}

	}

}
