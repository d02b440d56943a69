package dev.llmcallbacks.autoconfigure;

import java.util.List;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.handlers.LoggingCallbackHandler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LlmHandlersAutoConfiguration} and {@link LlmLoggingProperties}.
 */
@ExtendWith(OutputCaptureExtension.class)
class LlmHandlersAutoConfigurationTests {

	private static final String HANDLER = "llmCallbacksLoggingHandler";

	private final ApplicationContextRunner runner = Applications.withModel("Hi", " there")
		.withConfiguration(AutoConfigurations.of(LlmHandlersAutoConfiguration.class));

	@Test
	@DisplayName("G31 nothing is logged unless switched on")
	void shouldLogNothingByDefault(CapturedOutput output) {
		this.runner.run((context) -> {
			assertThat(context).doesNotHaveBean(LoggingCallbackHandler.class);
			assertThat(Applications.handlers(context)).isEmpty();
			Applications.ask(context);
			assertThat(output).doesNotContain("LLM '", "Hello", "there");
		});
	}

	@Test
	@DisplayName("G31 no prompt and no answer is logged unless switched on")
	void shouldLogEndsWithoutContentsWhenEnabled(CapturedOutput output) {
		this.runner.withPropertyValues("callbacks.logging.enabled=true").run((context) -> {
			assertThat(Applications.handlers(context)).containsExactly(HANDLER);
			Applications.ask(context);
			assertThat(lines(output, "INFO " + LoggingCallbackHandler.class.getName())).singleElement()
				.asString()
				.containsPattern("LLM '.+' completed in \\d+ ms");
			assertThat(output).doesNotContain("Hello").doesNotContain("there");
		});
	}

	@Test
	void shouldLogWhatIsAskedFor(CapturedOutput output) {
		this.runner
			.withPropertyValues("callbacks.logging.enabled=true", "callbacks.logging.category=talk",
					"callbacks.logging.levels.start=warn", "callbacks.logging.levels.token=error",
					"callbacks.logging.levels.end=false", "callbacks.logging.inputs=true",
					"callbacks.logging.outputs=true", "callbacks.logging.max-length=4")
			.run((context) -> {
				LoggingCallbackHandler handler = context.getBean(LoggingCallbackHandler.class);
				assertThat(handler.supports(ChatModelStart.class)).isTrue();
				assertThat(handler.supports(LlmNewToken.class)).isTrue();
				assertThat(handler.supports(LlmEnd.class)).as("errors and cancellations").isTrue();
				Applications.ask(context);
				assertThat(lines(output, "WARN talk")).singleElement().asString().contains("started: \"", "…\"");
				assertThat(lines(output, "ERROR talk")).hasSize(2).element(1).asString().contains("token \" the…\"");
				assertThat(lines(output, "INFO talk")).isEmpty();
			});
	}

	@Test
	void shouldBeAHandlerThatCanBeOverriddenLikeAnyOther(CapturedOutput output) {
		this.runner
			.withPropertyValues("callbacks.logging.enabled=true",
					"callbacks.handlers.llm-callbacks-logging-handler.tags=other")
			.run((context) -> {
				Applications.ask(context);
				assertThat(lines(output, LoggingCallbackHandler.class.getName())).isEmpty();
			});
	}

	@Test
	@DisplayName("G33 the handler backs off to the application's own")
	void shouldBackOff() {
		this.runner.withUserConfiguration(WithHandler.class)
			.withPropertyValues("callbacks.logging.enabled=true")
			.run((context) -> {
				assertThat(context).hasSingleBean(LoggingCallbackHandler.class).doesNotHaveBean(HANDLER);
				assertThat(Applications.handlers(context)).containsExactly("own");
			});
	}

	@Test
	@DisplayName("G32 an invalid value is named")
	void shouldExplainAnInvalidValue() {
		FailureAnalysis analysis = Applications.failure(
				this.runner.withPropertyValues("callbacks.logging.enabled=true", "callbacks.logging.max-length=0"));
		assertThat(analysis.getDescription()).contains("callbacks.logging.max-length");
	}

	private static List<String> lines(CapturedOutput output, String words) {
		return output.getAll().lines().filter((line) -> line.contains(words)).toList();
	}

	@Configuration(proxyBeanMethods = false)
	static class WithHandler {

		@Bean
		@LlmCallback
		LoggingCallbackHandler own() {
			return new LoggingCallbackHandler();
		}

	}

}
