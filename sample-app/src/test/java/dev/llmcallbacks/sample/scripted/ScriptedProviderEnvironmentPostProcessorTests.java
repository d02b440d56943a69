package dev.llmcallbacks.sample.scripted;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import dev.llmcallbacks.test.ScriptedProvider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link ScriptedProviderEnvironmentPostProcessor}.
 */
@ExtendWith(OutputCaptureExtension.class)
class ScriptedProviderEnvironmentPostProcessorTests {

	@Test
	void shouldScriptBothProtocolsAsLongAsContextLivesWhenNoneIsConfigured(CapturedOutput output) throws Exception {
		RawClient client;
		try (ConfigurableApplicationContext context = start()) {
			Environment environment = context.getEnvironment();
			ScriptedProvider provider = context.getBean(ScriptedProvider.class);
			assertThat(environment.getProperty("callbacks.openai.base-url")).isEqualTo(provider.openAiBaseUrl());
			assertThat(environment.getProperty("callbacks.anthropic.base-url")).isEqualTo(provider.anthropicBaseUrl());
			assertThat(environment.getProperty("callbacks.chat.provider")).isEqualTo("openai");
			assertThat(output).containsOnlyOnce("a scripted one at " + provider.anthropicBaseUrl())
				.contains("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "callbacks.openai.base-url");
			client = new RawClient(provider);
			assertThat(client.openAi("{}").statusCode()).isEqualTo(400);
		}
		assertThatIOException().isThrownBy(() -> client.openAi("{}"));
	}

	@ParameterizedTest
	@CsvSource({ "OPENAI_API_KEY=k, openai, gpt-4.1-mini", "ANTHROPIC_API_KEY=k, anthropic, claude-sonnet-4-5",
			"callbacks.openai.base-url=http://localhost:1/v1, openai, gpt-4.1-mini",
			"callbacks.anthropic.api-key=k, anthropic, claude-sonnet-4-5" })
	void shouldScriptNothingWhenOneIsConfigured(String property, String provider, String model, CapturedOutput output) {
		try (ConfigurableApplicationContext context = start("--" + property)) {
			assertThat(context.containsBean("scriptedProvider")).isFalse();
			Environment environment = context.getEnvironment();
			assertThat(environment.getProperty("callbacks.chat.provider")).isEqualTo(provider);
			assertThat(environment.getProperty("callbacks.chat.model")).isEqualTo(model);
			assertThat(environment.getProperty("callbacks.openai.base-url", "")).doesNotContain("127.0.0.1");
			assertThat(output).contains("Configured for real: " + provider + ". Nothing is scripted");
		}
	}

	@Test
	void shouldLetTheUserChooseWhenBothAreConfigured() {
		try (ConfigurableApplicationContext context = start("--OPENAI_API_KEY=k", "--ANTHROPIC_API_KEY=k",
				"--sample.provider=anthropic")) {
			assertThat(context.getEnvironment().getProperty("callbacks.chat.provider")).isEqualTo("anthropic");
		}
		try (ConfigurableApplicationContext context = start("--OPENAI_API_KEY=k", "--ANTHROPIC_API_KEY=k")) {
			assertThat(context.getEnvironment().getProperty("callbacks.chat.provider")).isEqualTo("openai");
		}
	}

	private static ConfigurableApplicationContext start(String... args) {
		return new SpringApplicationBuilder(Nothing.class).web(WebApplicationType.NONE)
			.properties("spring.main.banner-mode=off")
			.run(args);
	}

	@Configuration(proxyBeanMethods = false)
	static class Nothing {

	}

}
