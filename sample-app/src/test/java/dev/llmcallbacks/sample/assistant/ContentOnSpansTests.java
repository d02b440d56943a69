package dev.llmcallbacks.sample.assistant;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.trace.v1.Span;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.agent.Agent;
import dev.llmcallbacks.callback.RunContentFilter;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.client.ChatClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests the content of runs on spans as a back end receives it from Spring Boot's OTLP
 * exporter.
 */
@Timeout(120)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = { "callbacks.openai.api-key=",
		"callbacks.anthropic.api-key=", "sample.scripted.pace=1ms", "management.tracing.sampling.probability=1",
		"management.opentelemetry.tracing.export.schedule-delay=50ms",
		"management.opentelemetry.tracing.export.otlp.headers.Authorization=Basic cHVibGljOnNlY3JldA==",
		"callbacks.observations.inputs=true", "callbacks.observations.outputs=true",
		"callbacks.observations.max-content-length=2000", "callbacks.observations.metadata.conversation=session.id",
		"callbacks.observations.metadata.user=user.id" })
class ContentOnSpansTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final JsonMapper MAPPER = new JsonMapper();

	private static final TraceServer SERVER = new TraceServer();

	@Autowired
	private ChatClient client;

	@Autowired
	private Agent assistant;

	@DynamicPropertySource
	static void export(DynamicPropertyRegistry registry) {
		registry.add("management.opentelemetry.tracing.export.otlp.endpoint", SERVER::url);
	}

	@AfterAll
	static void close() {
		SERVER.close();
	}

	@Test
	void shouldExportWhatAnAgentWasAskedAndDid() {
		RunOptions options = RunOptions.builder().metadata(Map.of("conversation", "chat-7", "user", "ada")).build();
		String answer = this.assistant.withOptions(options)
			.invoke("Are there seals, and a ferry at the south harbour?")
			.block(PATIENCE)
			.text();
		Map<String, AnyValue> agent = exported("invoke_agent assistant");
		assertThat(text(agent, "gen_ai.input.messages")).contains("Are there seals");
		assertThat(json(agent, "gen_ai.output.messages").get(0).get("parts").get(0).get("content").asString())
			.isEqualTo(answer);
		Map<String, AnyValue> tool = exported("execute_tool next_ferry");
		assertThat(json(tool, "gen_ai.tool.call.arguments").isObject()).isTrue();
		assertThat(json(tool, "gen_ai.tool.call.result").isMissingNode()).isFalse();
		Map<String, AnyValue> retrieval = exported("retrieval guide");
		assertThat(text(retrieval, "gen_ai.retrieval.query.text")).isNotBlank();
		assertThat(json(retrieval, "gen_ai.retrieval.documents").isArray()).isTrue();
		Map<String, AnyValue> chat = exported("chat gpt-4.1-mini");
		assertThat(json(chat, "gen_ai.input.messages").isArray()).isTrue();
		assertThat(List.of(agent, tool, retrieval, chat)).allSatisfy((attributes) -> {
			assertThat(text(attributes, "session.id")).isEqualTo("chat-7");
			assertThat(text(attributes, "user.id")).isEqualTo("ada");
		});
		assertThat(SERVER.headers()).allSatisfy(
				(headers) -> assertThat(headers).containsEntry("Authorization", List.of("Basic cHVibGljOnNlY3JldA==")));
	}

	@Test
	void shouldExportValidJsonWhateverIsCut() {
		String hostile = "😀\"\\\u0000\u2028\ud83d".repeat(5_000);
		this.client.prompt(hostile).model("cut").text().block(PATIENCE);
		Map<String, AnyValue> chat = exported("chat cut");
		JsonNode message = json(chat, "gen_ai.input.messages").get(0);
		assertThat(text(chat, "gen_ai.input.messages")).hasSizeBetween(1_000, 2_000);
		assertThat(message.get("role").asString()).isEqualTo("user");
		assertThat(message.get("parts").get(0).get("content").asString()).startsWith("😀\"\\\u0000\u2028\ufffd")
			.endsWith("characters cut]");
	}

	@Test
	void shouldExportWhatHadArrivedWhenACallIsCancelled() {
		Flux<String> content = this.client.prompt("Tell me a joke").model("cancelled").content();
		String begun = String.join("", content.take(2).collectList().block(PATIENCE));
		JsonNode message = json(exported("chat cancelled"), "gen_ai.output.messages").get(0);
		assertThat(message.get("parts").get(0).get("content").asString()).startsWith(begun);
		assertThat(message.get("finish_reason").asString()).isEqualTo("cancelled");
	}

	@Test
	void shouldExportWhatTheFilterLeaves() {
		this.client.prompt("My card is 4111").model("filtered").text().block(PATIENCE);
		assertThat(text(exported("chat filtered"), "gen_ai.input.messages")).contains("My card is ****");
	}

	private static Map<String, AnyValue> exported(String name) {
		List<Span> spans = Awaitility.await()
			.atMost(PATIENCE)
			.until(() -> SERVER.named(name), (found) -> !found.isEmpty());
		return TraceServer.attributes(spans.get(spans.size() - 1));
	}

	private static String text(Map<String, AnyValue> attributes, String key) {
		assertThat(attributes).containsKey(key);
		assertThat(attributes.get(key).hasStringValue()).isTrue();
		return attributes.get(key).getStringValue();
	}

	private static JsonNode json(Map<String, AnyValue> attributes, String key) {
		return MAPPER.readTree(text(attributes, key));
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Filtering {

		@Bean
		RunContentFilter cardNumbers() {
			return (run, kind, text) -> text.replace("4111", "****");
		}

	}

}
