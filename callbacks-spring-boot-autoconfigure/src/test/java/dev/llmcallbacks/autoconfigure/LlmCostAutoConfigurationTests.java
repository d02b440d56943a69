package dev.llmcallbacks.autoconfigure;

import java.math.BigDecimal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.ai.chat.observation.ChatModelMeterObservationHandler;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackException;
import dev.llmcallbacks.handlers.BudgetExhaustedException;
import dev.llmcallbacks.handlers.TokenCostHandler;
import dev.llmcallbacks.handlers.TokenPrice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link LlmCostAutoConfiguration}.
 */
class LlmCostAutoConfigurationTests {

	// five tokens of the prompt and one of the response
	private final ApplicationContextRunner runner = Applications.withModel("Hi")
		.withConfiguration(AutoConfigurations.of(LlmCostAutoConfiguration.class, LlmMetricsAutoConfiguration.class));

	@Test
	void shouldCountNothingWithoutAPrice() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(TokenCostHandler.class));
		this.runner.withPropertyValues("callbacks.budget=1")
			.run((context) -> assertThat(context).doesNotHaveBean(TokenCostHandler.class));
	}

	@Test
	void shouldCountWhatCallsCost() {
		this.runner
			.withPropertyValues("callbacks.prices.gpt-4.1-mini.input=100000",
					"callbacks.prices.gpt-4.1-mini.output=1e6", "callbacks.prices[claude*].input=3",
					"callbacks.prices[claude*].output=15", "callbacks.prices[claude*].cache-read=0.3",
					"callbacks.prices[claude*].cache-write=3.75")
			.run((context) -> {
				TokenCostHandler handler = context.getBean(TokenCostHandler.class);
				assertThat(handler.pricedModels()).containsOnly("gpt-4.1-mini", "claude*");
				context.getBean(ChatClient.class).prompt("Go").model("gpt-4.1-mini").text().block(Applications.TIMEOUT);
				assertThat(handler.byModel()).containsOnlyKeys("gpt-4.1-mini");
				assertThat(handler.total()).isEqualByComparingTo("1.5");
			});
	}

	@Test
	void shouldMeasureTheCost() {
		this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withPropertyValues("callbacks.prices[*].input=100000", "callbacks.prices[*].output=1000000")
			.run((context) -> {
				Applications.ask(context);
				TokenCostMeters meters = context.getBean(TokenCostMeters.class);
				MeterRegistry registry = new SimpleMeterRegistry();
				meters.bindTo(registry);
				assertThat(registry.get("llm.callbacks.cost").tag("model", "*").functionCounter().count())
					.isEqualTo(1.5);
				assertThat(registry.get("llm.callbacks.cost.unpriced.calls").functionCounter().count()).isZero();
			});
	}

	@Test
	void shouldStopCallsWhenTheBudgetIsUsedUp() {
		this.runner
			.withPropertyValues("callbacks.prices[*].input=100000", "callbacks.prices[*].output=1000000",
					"callbacks.budget=1.5")
			.run((context) -> {
				Applications.ask(context);
				assertThatExceptionOfType(CallbackException.class).isThrownBy(() -> Applications.ask(context))
					.withCauseInstanceOf(BudgetExhaustedException.class);
			});
	}

	@Test
	@DisplayName("a prototype bean has the budget of one root run")
	void shouldHaveABudgetForEachRootRun() {
		this.runner.withUserConfiguration(BudgetOfARun.class)
			.withPropertyValues("callbacks.prices[*].input=1", "callbacks.prices[*].output=1")
			.run((context) -> {
				assertThat(context).doesNotHaveBean(LlmCostAutoConfiguration.HANDLER_BEAN_NAME);
				Applications.ask(context);
				Applications.ask(context);
			});
	}

	@ParameterizedTest
	@CsvSource({ "m.input=1, callbacks.prices.m.output' is missing", "m.output=1, callbacks.prices.m.input' is missing",
			"m.input=x, callbacks.prices.m.input' is not a number",
			"m.input=-1, callbacks.prices.m.input' must not be negative",
			"m.price=1, callbacks.prices.m.price' must end", "m=1, callbacks.prices.m' must end" })
	void shouldNameAPriceThatIsInvalid(String property, String message) {
		this.runner.withPropertyValues("callbacks.prices." + property)
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining(message));
	}

	@Test
	void shouldStartWithoutMicrometersMeters() {
		this.runner.withPropertyValues("callbacks.prices.m.input=1", "callbacks.prices.m.output=1")
			.withClassLoader(new FilteredClassLoader("io.micrometer.core"))
			.run((context) -> assertThat(context).hasSingleBean(TokenCostHandler.class));
	}

	@Test
	@DisplayName("the meters of token usage of this library and of Spring AI live in one Prometheus registry")
	void shouldShareAPrometheusRegistryWithSpringAi() {
		PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		this.runner.withBean(MeterRegistry.class, () -> registry)
			.withBean(ChatModelMeterObservationHandler.class, () -> new ChatModelMeterObservationHandler(registry))
			.run((context) -> {
				springAi(registry, "input", 3);
				Applications.ask(context);
				springAi(registry, "output", 4);
				Applications.ask(context);
				assertThat(registry.scrape())
					.containsPattern("gen_ai_client_token_usage_total\\{[^}]*gen_ai_token_type=\"input\"} 3")
					.containsPattern("gen_ai_client_token_usage_total\\{[^}]*gen_ai_token_type=\"output\"} 4")
					.containsPattern("llm_callbacks_token_usage_sum\\{[^}]*gen_ai_token_type=\"input\"[^}]*} 10")
					.containsPattern("llm_callbacks_token_usage_count\\{[^}]*gen_ai_token_type=\"output\"[^}]*} 2");
			});
	}

	// as Spring AI does, with its keys
	private static void springAi(MeterRegistry registry, String type, int tokens) {
		Counter.builder("gen_ai.client.token.usage")
			.tags("gen_ai.operation.name", "chat", "gen_ai.system", "openai", "gen_ai.request.model", "m",
					"gen_ai.response.model", "m", "gen_ai.token.type", type)
			.register(registry)
			.increment(tokens);
	}

	@Configuration(proxyBeanMethods = false)
	static class BudgetOfARun {

		@Bean
		@Scope("prototype")
		TokenCostHandler budgetOfARun() {
			return TokenCostHandler.builder()
				.price("*", new TokenPrice(new BigDecimal("100000"), new BigDecimal("1000000")))
				.budget(BigDecimal.ONE)
				.build();
		}

	}

}
