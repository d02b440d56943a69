package dev.llmcallbacks.autoconfigure;

import java.util.List;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.observation.ChatModelMeterObservationHandler;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.task.TaskExecutorMetricsAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.observation.GenAiConventions;
import dev.llmcallbacks.observation.HandlerMeters;
import dev.llmcallbacks.observation.LlmMeterHandler;
import dev.llmcallbacks.observation.MeterBuckets;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LlmMetricsAutoConfiguration}, with all that Boot measures.
 */
class LlmMetricsAutoConfigurationTests {

	private static final String CALL = "gen_ai.client.operation.duration";

	private static final String HANDLER = "llmCallbacksMeterHandler";

	private final ApplicationContextRunner withoutRegistry = Applications.withModel("Hi", " there")
		.withConfiguration(AutoConfigurations.of(LlmObservationAutoConfiguration.class,
				LlmMetricsAutoConfiguration.class, ObservationAutoConfiguration.class));

	private final ApplicationContextRunner runner = this.withoutRegistry.withConfiguration(
			AutoConfigurations.of(MetricsAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class,
					CompositeMeterRegistryAutoConfiguration.class, TaskExecutorMetricsAutoConfiguration.class));

	@Test
	void shouldMeasureCallsOnceUnderTheNamesOfTheConventions() {
		this.runner.run((context) -> {
			Applications.ask(context);
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			assertThat(registry.getMeters()).extracting((meter) -> meter.getId().getName())
				.filteredOn((name) -> name.startsWith("gen_ai") && !name.endsWith(".histogram"))
				.containsExactlyInAnyOrder(CALL, CALL + ".active", "gen_ai.client.operation.time_to_first_chunk",
						"gen_ai.client.operation.time_per_output_chunk", "gen_ai.client.token.usage",
						"gen_ai.client.token.usage");
			Timer timer = registry.get(CALL).timer();
			assertThat(timer.count()).isEqualTo(1);
			assertThat(timer.takeSnapshot().histogramCounts()).hasSize(14)
				.extracting((bucket) -> bucket.bucket(TimeUnit.SECONDS))
				.contains(0.01, 81.92);
		});
	}

	@Test
	@DisplayName("F17 beside Spring AI, whose counter has the name of the conventions, the summary has another name")
	void shouldLeaveTheNameOfTheMeterToSpringAi() {
		this.runner
			.withBean(ChatModelMeterObservationHandler.class,
					() -> new ChatModelMeterObservationHandler(new SimpleMeterRegistry()))
			.run((context) -> {
				Applications.ask(context);
				assertThat(names(context.getBean(MeterRegistry.class))).contains("llm.callbacks.token.usage")
					.doesNotContain("gen_ai.client.token.usage");
			});
		this.runner.withPropertyValues("callbacks.observations.token-usage-meter=mine").run((context) -> {
			Applications.ask(context);
			assertThat(names(context.getBean(MeterRegistry.class))).contains("mine")
				.doesNotContain("gen_ai.client.token.usage");
		});
	}

	private static List<String> names(MeterRegistry registry) {
		return registry.getMeters().stream().map((meter) -> meter.getId().getName()).toList();
	}

	@Test
	void shouldTakeTheVersionOfTheConventionsFromTheProperty() {
		this.runner.withPropertyValues("callbacks.observations.conventions=latest").run((context) -> {
			Applications.ask(context);
			assertThat(context.getBean(MeterRegistry.class)
				.get("gen_ai.client.inference.duration")
				.timer()
				.takeSnapshot()
				.histogramCounts()).hasSize(14);
		});
	}

	@Test
	void shouldLeaveTheBucketsToTheApplicationsProperties() {
		this.runner.withPropertyValues("management.metrics.distribution.slo." + CALL + "=1s,2s").run((context) -> {
			Applications.ask(context);
			assertThat(context.getBean(MeterRegistry.class).get(CALL).timer().takeSnapshot().histogramCounts())
				.hasSize(2);
		});
	}

	@Test
	void shouldMeasureHandlers() {
		this.runner.run((context) -> {
			Applications.ask(context);
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			long delivered = context.getBean(CallbackManager.class).statistics().get(0).delivered();
			assertThat(
					registry.get("llm.callbacks.handler.delivered").tag("handler", HANDLER).functionCounter().count())
				.isEqualTo(delivered)
				.isEqualTo(4);
			assertThat(registry.get("llm.callbacks.handler.time").functionTimer().count()).isEqualTo(4);
			assertThat(registry.get("llm.callbacks.handler.deepest.lane").gauge().value()).isPositive();
			assertThat(List.of("failed", "timed.out", "dropped", "rejected")).allSatisfy(
					(name) -> assertThat(registry.get("llm.callbacks.handler." + name).functionCounter().count())
						.isZero());
		});
	}

	@Test
	void shouldLetBootMeasureTheExecutor() {
		this.runner.run((context) -> assertThat(context.getBean(MeterRegistry.class)
			.find("executor.pool.size")
			.tag("name", LlmCallbacksAutoConfiguration.TASK_EXECUTOR_BEAN_NAME)
			.meters()).extracting(Meter::getId).hasSize(1));
	}

	@Test
	void shouldBackOffToTheApplicationsBeans() {
		MeterBuckets buckets = new MeterBuckets(GenAiConventions.LATEST);
		LlmMeterHandler handler = new LlmMeterHandler(new SimpleMeterRegistry(), GenAiConventions.LATEST);
		HandlerMeters meters = new HandlerMeters(CallbackManager.builder().build());
		this.runner.withBean(MeterBuckets.class, () -> buckets)
			.withBean(LlmMeterHandler.class, () -> handler)
			.withBean(HandlerMeters.class, () -> meters)
			.run((context) -> {
				assertThat(context).getBean(MeterBuckets.class).isSameAs(buckets);
				assertThat(context).getBean(LlmMeterHandler.class).isSameAs(handler);
				assertThat(context).getBean(HandlerMeters.class).isSameAs(meters);
			});
	}

	@Test
	void shouldMeasureNothingWithoutARegistry() {
		this.withoutRegistry.run((context) -> {
			assertThat(context).doesNotHaveBean(LlmMeterHandler.class).doesNotHaveBean(HandlerMeters.class);
			assertThat(Applications.handlers(context)).isEmpty();
		});
	}

	@Test
	void shouldStartWithoutMicrometersMeters() {
		Applications.withModel("Hi")
			.withConfiguration(AutoConfigurations.of(LlmMetricsAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader("io.micrometer.core"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(HANDLER));
	}

}
