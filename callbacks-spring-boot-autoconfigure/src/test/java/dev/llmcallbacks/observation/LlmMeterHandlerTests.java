package dev.llmcallbacks.observation;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.test.Chunks;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LlmMeterHandler}.
 */
class LlmMeterHandlerTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final String TOKENS = "gen_ai.client.token.usage";

	private static final String CHUNKS = "gen_ai.client.operation.time_per_output_chunk";

	private static final String FIRST = "gen_ai.client.operation.time_to_first_chunk";

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	@Test
	void shouldMeasureAStreamedCall() {
		client(answering("a", "b", "c"), GenAiConventions.V1_41).prompt("Go").result().block(TIMEOUT);
		Timer first = this.registry.get(FIRST)
			.tags("gen_ai.operation.name", "chat", "gen_ai.provider.name", "unknown", "gen_ai.request.model", "m",
					"gen_ai.response.model", "scripted-1", "server.address", "none", "server.port", "none")
			.timer();
		assertThat(first.count()).isEqualTo(1);
		assertThat(this.registry.get(CHUNKS).timer().count()).isEqualTo(2);
		assertThat(tokens("input")).isEqualTo(Chunks.USAGE.input());
		assertThat(tokens("output")).isEqualTo(Chunks.USAGE.output());
	}

	@Test
	void shouldHaveTheBucketsOfTheConventions() {
		client(answering("a", "b"), GenAiConventions.V1_41).prompt("Go").result().block(TIMEOUT);
		assertThat(this.registry.get(CHUNKS).timer().takeSnapshot().histogramCounts())
			.extracting((bucket) -> bucket.bucket(TimeUnit.SECONDS))
			.containsExactly(0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92);
		DistributionSummary tokens = this.registry.get(TOKENS).tag("gen_ai.token.type", "input").summary();
		assertThat(tokens.takeSnapshot().histogramCounts()).hasSize(14)
			.extracting((bucket) -> bucket.bucket())
			.startsWith(1.0, 4.0, 16.0)
			.endsWith(67108864.0);
	}

	@Test
	void shouldMeasureNoChunksOfAWholeAnswer() {
		client(answering("a", "b"), GenAiConventions.V1_41).prompt("Go").streaming(false).result().block(TIMEOUT);
		assertThat(this.registry.find(FIRST).timer()).isNull();
		assertThat(this.registry.find(CHUNKS).timer()).isNull();
		assertThat(tokens("output")).isEqualTo(Chunks.USAGE.output());
	}

	@Test
	@DisplayName("G2 what a cancelled call has used is known")
	void shouldMeasureACancelledCall() {
		ScriptedChatModel endless = new ScriptedChatModel(
				(request) -> Chunks.tokens("a", "b").concatWith(Flux.never()));
		StepVerifier.create(client(endless, GenAiConventions.V1_41).prompt("Go").stream())
			.expectNextCount(3)
			.thenCancel()
			.verify(TIMEOUT);
		assertThat(this.registry.get(CHUNKS).timer().count()).isEqualTo(1);
		assertThat(tokens("output")).isEqualTo(Chunks.USAGE.output());
	}

	@Test
	@DisplayName("F20 a usage that is not known is not counted as zero")
	void shouldNotCountAnUnknownUsage() {
		ScriptedChatModel endless = new ScriptedChatModel(
				(request) -> Flux.just(ChatChunk.text("a")).concatWith(Flux.never()));
		StepVerifier.create(client(endless, GenAiConventions.V1_41).prompt("Go").stream())
			.expectNextCount(1)
			.thenCancel()
			.verify(TIMEOUT);
		assertThat(this.registry.get(FIRST).timer().count()).isEqualTo(1);
		assertThat(this.registry.find(TOKENS).summary()).isNull();
	}

	@Test
	void shouldMeasureAFailedCall() {
		ScriptedChatModel broken = new ScriptedChatModel(
				(request) -> Chunks.tokens("a", "b").concatWith(Flux.error(new IllegalStateException("no"))));
		StepVerifier.create(client(broken, GenAiConventions.V1_41).prompt("Go").result())
			.expectErrorMessage("no")
			.verify(TIMEOUT);
		assertThat(this.registry.get(FIRST).timer().count()).isEqualTo(1);
		assertThat(tokens("input")).isEqualTo(Chunks.USAGE.input());
	}

	@Test
	void shouldTakeTheNamesOfTheNewestConventions() {
		client(answering("a", "b"), GenAiConventions.LATEST).prompt("Go").result().block(TIMEOUT);
		assertThat(this.registry.get("gen_ai.client.inference.time_per_output_chunk").timer().count()).isEqualTo(1);
		assertThat(this.registry.get("gen_ai.client.inference.time_to_first_chunk").timer().count()).isEqualTo(1);
		assertThat(this.registry.get("gen_ai.client.inference.operation.output_tokens").summary().totalAmount())
			.isEqualTo(Chunks.USAGE.output());
		assertThat(this.registry.get("gen_ai.client.inference.usage.input_tokens").counter().count())
			.isEqualTo(Chunks.USAGE.input());
		assertThat(this.registry.find(TOKENS).summary()).isNull();
	}

	@Test
	@DisplayName("S9 the names of models that users or providers choose do not make meters without limit")
	void shouldBoundTheNumberOfMeters() {
		ScriptedChatModel whimsical = new ScriptedChatModel(
				(request) -> Flux.just(ChatChunk.text("a"), new ChatChunk(0, "", null, List.of(), FinishReason.STOP,
						null, Chunks.USAGE, "\u001b" + UUID.randomUUID() + "x".repeat(500), null, Map.of())));
		ChatClient client = client(whimsical, GenAiConventions.V1_41);
		for (int i = 0; i < 150; i++) {
			client.prompt("Go").model("model-" + i).result().block(TIMEOUT);
		}
		assertThat(values("gen_ai.response.model")).hasSize(101)
			.contains("other")
			.allMatch((name) -> name.length() <= 101 && name.indexOf('\u001b') < 0);
		assertThat(values("gen_ai.request.model")).hasSize(101)
			.contains("other", "model-0")
			.doesNotContain("model-149");
	}

	@Test
	@DisplayName("F17 the meter of token usage can have a name of its own")
	void shouldRenameTheMeterOfTokenUsage() {
		CallbackManager manager = CallbackManager.builder()
			.handlers(new LlmMeterHandler(this.registry, GenAiConventions.V1_41, "own.usage"))
			.build();
		ChatClient.builder(answering("a")).callbackManager(manager).build().prompt("Go").result().block(TIMEOUT);
		assertThat(this.registry.find(TOKENS).summary()).isNull();
		assertThat(this.registry.get("own.usage").tag("gen_ai.token.type", "input").summary().totalAmount())
			.isEqualTo(Chunks.USAGE.input());
		// the simple registry adds a gauge without description for each bucket
		assertThat(this.registry.getMeters()).filteredOn((meter) -> meter.getId().getType() != Meter.Type.GAUGE)
			.allSatisfy((meter) -> assertThat(meter.getId().getDescription()).as(meter.getId().getName()).isNotBlank());
	}

	private static ScriptedChatModel answering(String... tokens) {
		return new ScriptedChatModel((request) -> Chunks.tokens(tokens));
	}

	private Set<String> values(String key) {
		return this.registry.getMeters().stream().map((meter) -> meter.getId().getTag(key)).collect(Collectors.toSet());
	}

	private double tokens(String type) {
		return this.registry.get(TOKENS).tag("gen_ai.token.type", type).summary().totalAmount();
	}

	private ChatClient client(ScriptedChatModel model, GenAiConventions conventions) {
		CallbackManager manager = CallbackManager.builder()
			.handlers(new LlmMeterHandler(this.registry, conventions))
			.build();
		return ChatClient.builder(model)
			.callbackManager(manager)
			.defaultOptions(ChatOptions.builder().model("m").build())
			.build();
	}

}
