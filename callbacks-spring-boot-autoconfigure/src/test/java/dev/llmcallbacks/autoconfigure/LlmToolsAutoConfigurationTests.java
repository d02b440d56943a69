package dev.llmcallbacks.autoconfigure;

import java.io.InputStream;
import java.time.Duration;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.RunLimits;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.tool.LlmTool;
import dev.llmcallbacks.tool.Tools;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LlmToolsAutoConfiguration}.
 */
class LlmToolsAutoConfigurationTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(TaskExecutionAutoConfiguration.class,
				LlmCallbacksAutoConfiguration.class, LlmToolsAutoConfiguration.class));

	@Test
	void shouldMakeToolsOfTheMethodsOfBeans() {
		this.runner.withUserConfiguration(WithTools.class).run((context) -> {
			Tools tools = context.getBean("llmCallbacksTools", Tools.class);
			assertThat(tools.definitions()).extracting(ToolDefinition::name)
				.containsExactlyInAnyOrder("temperature", "add");
			assertThat(context.getBeanFactory().containsSingleton("lazyCalculator")).isFalse();
			assertThat(tools.call(new ToolCall("c", "add", "{\"a\": 1, \"b\": 2}")).block(TIMEOUT))
				.isEqualTo(new ToolMessage("c", "3"));
			assertThat(context.getBeanFactory().containsSingleton("lazyCalculator")).isTrue();
			assertThat(context.getBean(EventRecorder.class).eventNames()).containsExactly("ToolStart", "ToolEnd");
		});
	}

	@Test
	@DisplayName("G41 the limits of tools are properties")
	void shouldLimitToolsAsThePropertiesSay() {
		this.runner.withUserConfiguration(WithTools.class)
			.withPropertyValues("callbacks.tools.max-arguments-size=15B", "callbacks.timeouts.tool=2s",
					"callbacks.timeouts.agent=3m")
			.run((context) -> {
				assertThat(context.getBean(CallbackManager.class).limits())
					.isEqualTo(new RunLimits(Duration.ofSeconds(2), Duration.ofMinutes(3), 15));
				Tools tools = context.getBean(Tools.class);
				assertThat(tools.call(new ToolCall("c", "add", "{\"a\": 1, \"b\": 2}")).block(TIMEOUT).text())
					.contains("larger than 15 bytes");
				assertThat(tools.call(new ToolCall("c", "add", "{\"a\":1,\"b\":2}")).block(TIMEOUT).text())
					.isEqualTo("3");
			});
	}

	@Test
	void shouldHaveNoToolsWhenThereAreNoMethods() {
		this.runner.run((context) -> assertThat(context.getBean(Tools.class)).isEmpty());
	}

	@Test
	@DisplayName("G33 the tools back off to the application's own")
	void shouldBackOff() {
		this.runner.withUserConfiguration(WithTools.class)
			.withBean("own", Tools.class, Tools::of)
			.run((context) -> assertThat(context).getBean(Tools.class)
				.isSameAs(context.getBean("own"))
				.satisfies((tools) -> assertThat(tools).isEmpty()));
	}

	@Test
	@DisplayName("G32 a method that cannot be a tool is named, with what to do")
	void shouldExplainAMethodThatCannotBeATool() {
		this.runner.withBean("reader", Reader.class).run((context) -> {
			assertThat(context).hasFailed();
			FailureAnalyzedException failure = analyzed(context.getStartupFailure());
			assertThat(failure).hasMessageContainingAll("'reader'", "Reader.read", "'input'", "java.io.InputStream");
			assertThat(failure.analysis().getAction()).contains("@LlmTool");
		});
	}

	@Test
	@DisplayName("G32 a library that is missing is named")
	void shouldExplainAMissingLibrary() {
		this.runner.withUserConfiguration(WithTools.class)
			.withClassLoader(new FilteredClassLoader("com.networknt"))
			.run((context) -> assertThat(analyzed(context.getStartupFailure()))
				.hasMessageContaining("com.networknt:json-schema-validator"));
	}

	private static FailureAnalyzedException analyzed(Throwable failure) {
		Throwable cause = failure;
		while (cause != null && !(cause instanceof FailureAnalyzedException)) {
			cause = cause.getCause();
		}
		assertThat(cause).isNotNull();
		return (FailureAnalyzedException) cause;
	}

	@Configuration(proxyBeanMethods = false)
	static class WithTools {

		@Bean
		Thermometer thermometer() {
			return new Thermometer();
		}

		@Bean
		@Lazy
		Calculator lazyCalculator() {
			return new Calculator();
		}

		@Bean
		@LlmCallback
		EventRecorder heardEvents() {
			return new EventRecorder();
		}

	}

	static class Thermometer {

		@LlmTool(description = "The temperature of a town.")
		int temperature(String town) {
			return 20;
		}

	}

	static class Calculator {

		@LlmTool(description = "Adds.")
		int add(int a, int b) {
			return a + b;
		}

	}

	static class Reader {

		@LlmTool(description = "Reads.")
		String read(InputStream input) {
			return "";
		}

	}

}
