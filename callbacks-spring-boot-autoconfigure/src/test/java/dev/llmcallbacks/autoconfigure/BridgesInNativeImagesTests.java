package dev.llmcallbacks.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.util.ClassUtils;

import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.RecordedRun;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for Spring AI and LangChain4j in native images: the hints, and an application
 * whose JVM pretends to be one, so that no class can be created.
 */
class BridgesInNativeImagesTests {

	private static final RuntimeHints HINTS = hints();

	private static RuntimeHints hints() {
		RuntimeHints hints = new RuntimeHints();
		ClassLoader classLoader = BridgesInNativeImagesTests.class.getClassLoader();
		SpringFactoriesLoader.forResourceLocation("META-INF/spring/aot.factories", classLoader)
			.load(RuntimeHintsRegistrar.class)
			.stream()
			.filter((registrar) -> registrar.getClass().getPackageName().equals("dev.llmcallbacks.springai"))
			.forEach((registrar) -> registrar.registerHints(hints, classLoader));
		return hints;
	}

	@Test
	@DisplayName("G38 Anthropic's thinking, whose type is not public, can be read and written in a native image")
	void shouldReadAndWriteThinking() {
		Class<?> thinking = ClassUtils
			.resolveClassName("org.springframework.ai.anthropic.AnthropicChatModel$AnthropicThinkingContent", null);
		for (String component : List.of("thinking", "signature", "redactedData")) {
			assertThat(HINTS).matches(RuntimeHintsPredicates.reflection()
				.onMethodInvocation(ClassUtils.getMethod(thinking, component, new Class<?>[0])));
		}
		assertThat(HINTS).matches(
				RuntimeHintsPredicates.reflection().onConstructorInvocation(thinking.getDeclaredConstructors()[0]));
	}

	@Test
	@DisplayName("G38 clients and models can be proxies of their interface in a native image")
	void shouldCreateProxies() {
		for (Class<?>[] interfaces : List.of(new Class<?>[] { ChatClient.class },
				ClassUtils.getAllInterfacesForClass(org.springframework.ai.openai.OpenAiChatModel.class),
				ClassUtils.getAllInterfacesForClass(org.springframework.ai.anthropic.AnthropicChatModel.class))) {
			assertThat(HINTS).matches(RuntimeHintsPredicates.proxies()
				.forInterfaces(AopProxyUtils.completeJdkProxyInterfaces(interfaces)));
		}
	}

	@Test
	@DisplayName("G38 an application in a native image starts, and calls of clients are runs there")
	void shouldStartWhereNoClassCanBeCreated() throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Dorg.graalvm.nativeimage.imagecode=runtime", "-cp", System.getProperty("java.class.path"),
				NativeApplication.class.getName())
			.redirectErrorStream(true)
			.start();
		try {
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
			assertThat(output).contains("left: [CHAIN, LLM]")
				.contains("replaced: [CHAIN, LLM, LLM]")
				.contains("Echo cannot have a subclass in a native image")
				.contains("Parrot cannot have a subclass in a native image");
		}
		finally {
			process.destroyForcibly();
		}
	}

	/** Application with beans of both libraries, which are called. */
	public static final class NativeApplication {

		private NativeApplication() {
		}

		public static void main(String[] arguments) {
			for (String models : List.of("leave", "replace")) {
				new ApplicationContextRunner()
					.withConfiguration(AutoConfigurations.of(TaskExecutionAutoConfiguration.class,
							LlmCallbacksAutoConfiguration.class, SpringAiAutoConfiguration.class,
							LangChain4jAutoConfiguration.class))
					.withUserConfiguration(Beans.class)
					.withPropertyValues("callbacks.spring-ai.final-models=" + models)
					.run((context) -> {
						context.getBean(ChatClient.class).prompt("Hi").call().content();
						context.getBean(org.springframework.ai.chat.model.ChatModel.class).call(new Prompt("Hi"));
						context.getBean(dev.langchain4j.model.chat.ChatModel.class).chat("Hi");
						List<RunType> types = context.getBean(EventRecorder.class)
							.await()
							.stream()
							.flatMap(RecordedRun::stream)
							.map((run) -> run.run().type())
							.toList();
						System.out.println((models.equals("leave") ? "left: " : "replaced: ") + types);
					});
			}
			System.exit(0);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		org.springframework.ai.chat.model.ChatModel echo() {
			return new BridgesAheadOfTimeTests.Echo();
		}

		@Bean
		dev.langchain4j.model.chat.ChatModel parrot() {
			return new BridgesAheadOfTimeTests.Parrot();
		}

		@Bean
		ChatClient chatClient(org.springframework.ai.chat.model.ChatModel model) {
			return ChatClient.create(model);
		}

		@Bean
		@LlmCallback
		EventRecorder recorder() {
			return new EventRecorder(Duration.ofSeconds(20));
		}

	}

}
