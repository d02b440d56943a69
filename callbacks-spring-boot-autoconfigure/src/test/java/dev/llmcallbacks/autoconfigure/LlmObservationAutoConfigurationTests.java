package dev.llmcallbacks.autoconfigure;

import java.util.List;
import java.util.Map;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import dev.llmcallbacks.callback.RunContentFilter;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.observation.DefaultLlmObservationConvention;
import dev.llmcallbacks.observation.GenAiConventions;
import dev.llmcallbacks.observation.ObservationRunFilter;
import dev.llmcallbacks.observation.Observed;
import dev.llmcallbacks.observation.RunObservationContext;
import dev.llmcallbacks.observation.RunObservationConvention;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LlmObservationAutoConfiguration}.
 */
class LlmObservationAutoConfigurationTests {

	private static final String CALL = "gen_ai.client.operation.duration";

	private final TestObservationRegistry registry = TestObservationRegistry.create();

	private final ApplicationContextRunner runner = Applications.withModel("Hi")
		.withConfiguration(
				AutoConfigurations.of(LlmObservationAutoConfiguration.class, ObservationAutoConfiguration.class));

	private final ApplicationContextRunner observed = this.runner.withBean("observationRegistry",
			TestObservationRegistry.class, () -> this.registry);

	@Test
	void shouldObserveCalls() {
		this.observed.run((context) -> {
			Applications.ask(context);
			assertThat(this.registry).hasSingleObservationThat().hasNameEqualTo(CALL).hasBeenStopped();
		});
	}

	@Test
	void shouldTakeTheVersionOfTheConventionsFromTheProperty() {
		this.observed.withPropertyValues("callbacks.observations.conventions=latest").run((context) -> {
			Applications.ask(context);
			assertThat(this.registry).hasSingleObservationThat().hasNameEqualTo("gen_ai.client.inference.duration");
		});
	}

	@Test
	void shouldUseTheApplicationsConvention() {
		this.observed.withUserConfiguration(OwnConvention.class).run((context) -> {
			Applications.ask(context);
			assertThat(this.registry).hasSingleObservationThat().hasLowCardinalityKeyValue("team", "blue");
		});
	}

	@Test
	void shouldObserveNothingThatIsDisabled() {
		this.observed.withPropertyValues("management.observations.enable." + CALL + "=false").run((context) -> {
			Applications.ask(context);
			assertThat(this.registry).doesNotHaveAnyObservation();
		});
	}

	@Test
	void shouldAddTheApplicationsKeyValues() {
		this.observed.withPropertyValues("management.observations.key-values.region=north").run((context) -> {
			Applications.ask(context);
			assertThat(this.registry).hasSingleObservationThat().hasLowCardinalityKeyValue("region", "north");
		});
	}

	@Test
	void shouldBackOffToTheApplicationsFilter() {
		ObservationRunFilter own = new ObservationRunFilter(ObservationRegistry.NOOP, GenAiConventions.LATEST,
				List.of());
		this.observed.withBean("own", ObservationRunFilter.class, () -> own).run((context) -> {
			assertThat(context).getBean(ObservationRunFilter.class).isSameAs(own);
			Applications.ask(context);
			assertThat(this.registry).doesNotHaveAnyObservation();
		});
	}

	@Test
	void shouldRecordContentAndMetadataThatThePropertiesAskFor() {
		this.observed
			.withPropertyValues("callbacks.observations.inputs=true", "callbacks.observations.outputs=true",
					"callbacks.observations.max-content-length=300",
					"callbacks.observations.metadata.conversation=session.id")
			.run((context) -> {
				context.getBean(ChatClient.class)
					.prompt("x".repeat(1_000))
					.metadata(Map.of("conversation", "c7"))
					.text()
					.block(Applications.TIMEOUT);
				assertThat(this.registry).hasSingleObservationThat()
					.hasHighCardinalityKeyValue("session.id", "c7")
					.hasHighCardinalityKeyValue("gen_ai.output.messages",
							"[{\"role\":\"assistant\",\"parts\":[{\"type\":\"text\",\"content\":\"Hi\"}],"
									+ "\"finish_reason\":\"stop\"}]");
				assertThat(this.registry).hasSingleObservationThat()
					.satisfies((it) -> assertThat(Observed.value(it, "gen_ai.input.messages")).contains("xxx", "cut]")
						.hasSizeLessThanOrEqualTo(300));
			});
	}

	@Test
	void shouldAskTheApplicationsContentFilter() {
		this.observed.withPropertyValues("callbacks.observations.inputs=true", "callbacks.observations.outputs=true")
			.withBean("one", RunContentFilter.class, () -> (run, kind, text) -> "(" + kind + ")")
			.run((context) -> {
				Applications.ask(context);
				assertThat(this.registry).hasSingleObservationThat()
					.satisfies((it) -> assertThat(it.getAllKeyValues().toString()).contains("(prompt)", "(response)")
						.doesNotContain("Hello", "Hi"));
			});
	}

	@Test
	void shouldFailWithSeveralContentFiltersUnlessOneIsPrimary() {
		ApplicationContextRunner several = this.observed.withBean("one", RunContentFilter.class,
				() -> (run, kind, text) -> "one");
		assertThat(
				Applications.failure(several.withBean("two", RunContentFilter.class, () -> (run, kind, text) -> "two"))
					.getDescription())
			.contains("llmCallbacksObservationFilter", "required a single bean", "one", "two");
		several
			.withBean("two", RunContentFilter.class, () -> (run, kind, text) -> "two",
					(definition) -> definition.setPrimary(true))
			.withPropertyValues("callbacks.observations.inputs=true")
			.run((context) -> {
				Applications.ask(context);
				assertThat(this.registry).hasSingleObservationThat()
					.satisfies((it) -> assertThat(it.getAllKeyValues().toString()).contains("\"two\""));
			});
	}

	@Test
	void shouldRejectALimitThatIsTooSmall() {
		this.observed.withPropertyValues("callbacks.observations.max-content-length=255")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("must be 0 or at least 256"));
	}

	@Test
	void shouldObserveNothingWithoutARegistry() {
		Applications.withModel("Hi")
			.withConfiguration(AutoConfigurations.of(LlmObservationAutoConfiguration.class))
			.run((context) -> {
				assertThat(context).doesNotHaveBean(ObservationRunFilter.class);
				assertThat(Applications.ask(context)).isEqualTo("Hi");
			});
	}

	@Test
	void shouldStartWithoutMicrometersObservations() {
		Applications.withModel("Hi")
			.withConfiguration(AutoConfigurations.of(LlmObservationAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader("io.micrometer.observation.ObservationRegistry"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("llmCallbacksObservationFilter"));
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnConvention {

		@Bean
		RunObservationConvention ownConvention() {
			return new DefaultLlmObservationConvention(GenAiConventions.V1_41) {

				@Override
				public KeyValues getLowCardinalityKeyValues(RunObservationContext context) {
					return super.getLowCardinalityKeyValues(context).and("team", "blue");
				}

			};
		}

	}

}
