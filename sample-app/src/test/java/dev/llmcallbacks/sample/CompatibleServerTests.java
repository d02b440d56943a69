package dev.llmcallbacks.sample;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.sample.scripted.ScriptedModel;
import dev.llmcallbacks.test.ScriptedProvider;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the application as configured with a server of one's own.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class CompatibleServerTests {

	private static final String JOKE = "Why don't scientists trust atoms? Because they make up everything.";

	@Test
	void shouldAskOnlyTheServerWhenBaseUrlIsConfigured(CapturedOutput output) {
		try (ScriptedProvider server = ScriptedProvider.start(new ScriptedModel(Duration.ZERO));
				ConfigurableApplicationContext context = start(
						"--callbacks.anthropic.base-url=" + server.anthropicBaseUrl(), "--ANTHROPIC_API_KEY=secret")) {
			assertThat(context.getBean(ChatClients.class).names()).isEqualTo("anthropic");
			assertThat(output).contains("Configured for real: anthropic")
				.contains(JOKE)
				.contains("modelName=claude-sonnet-4-5")
				.doesNotContain("Asking openai")
				.doesNotContain("secret");
			assertThat(context.getBean(ChatClient.class).prompt("Tell me a joke").text().block(Duration.ofSeconds(10)))
				.isEqualTo(JOKE);
		}
	}

	@Test
	void shouldStartAndSayWhyWhenTheServerIsNotThere(CapturedOutput output) {
		try (ConfigurableApplicationContext context = start("--callbacks.openai.base-url=http://127.0.0.1:1/v1")) {
			assertThat(context.isRunning()).isTrue();
			assertThat(output).contains("Asking openai for a joke").contains("No joke: ");
		}
	}

	private static ConfigurableApplicationContext start(String... args) {
		SpringApplication application = new SpringApplication(SampleApplication.class);
		application.setDefaultProperties(Map.of("server.port", 0, "callbacks.retry.max-attempts", 1));
		return application.run(args);
	}

}
