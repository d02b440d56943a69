package dev.llmcallbacks.autoconfigure;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.aop.support.AopUtils;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.javapoet.ClassName;

import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.RecordedRun;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for applications with Spring AI and LangChain4j that were processed ahead of
 * time.
 */
@CompileWithForkedClassLoader
class BridgesAheadOfTimeTests {

	@Test
	@DisplayName("G38 calls of both libraries are runs in an application that was processed ahead of time")
	void shouldOpenRunsAsInAnyOtherContext() {
		TestGenerationContext generated = new TestGenerationContext();
		AnnotationConfigApplicationContext unprocessed = new AnnotationConfigApplicationContext();
		unprocessed.register(Application.class);
		ClassName initializer = new ApplicationContextAotGenerator().processAheadOfTime(unprocessed, generated);
		generated.writeGeneratedContent();
		TestCompiler.forSystem().with(generated).compile((compiled) -> {
			try (GenericApplicationContext context = new GenericApplicationContext()) {
				initialize(compiled.getInstance(ApplicationContextInitializer.class, initializer.toString()), context);
				context.refresh();
				assertThat(context.getBean(ChatClient.class).prompt("Hi").call().content()).isEqualTo("Hi");
				Echo echo = context.getBean(Echo.class);
				assertThat(AopUtils.isCglibProxy(echo)).isTrue();
				assertThat(echo.call(new Prompt("Hi")).getResult().getOutput().getText()).isEqualTo("Hi");
				assertThat(context.getBean(Parrot.class).chat("Hi")).isEqualTo("Hi");
				assertThat(context.getBean(EventRecorder.class)
					.await()
					.stream()
					.flatMap(RecordedRun::stream)
					.map((run) -> run.run().type()))
					.containsExactly(RunType.CHAIN, RunType.LLM, RunType.LLM, RunType.LLM);
			}
		});
	}

	@SuppressWarnings("unchecked")
	private static void initialize(ApplicationContextInitializer<?> initializer, GenericApplicationContext context) {
		((ApplicationContextInitializer<GenericApplicationContext>) initializer).initialize(context);
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ TaskExecutionAutoConfiguration.class, LlmCallbacksAutoConfiguration.class,
			SpringAiAutoConfiguration.class, LangChain4jAutoConfiguration.class })
	static class Application {

		@Bean
		Echo echo() {
			return new Echo();
		}

		@Bean
		Parrot parrot() {
			return new Parrot();
		}

		@Bean
		ChatClient chatClient(Echo echo) {
			return ChatClient.create(echo);
		}

		@Bean
		@LlmCallback
		EventRecorder recorder() {
			return new EventRecorder(Duration.ofSeconds(10));
		}

	}

	/** Model of Spring AI that repeats the question. */
	static class Echo implements org.springframework.ai.chat.model.ChatModel {

		@Override
		public ChatResponse call(Prompt prompt) {
			return new ChatResponse(List.of(new Generation(new AssistantMessage(prompt.getContents()))));
		}

	}

	/** Model of LangChain4j that repeats the question. */
	static class Parrot implements dev.langchain4j.model.chat.ChatModel {

		@Override
		public dev.langchain4j.model.chat.response.ChatResponse doChat(
				dev.langchain4j.model.chat.request.ChatRequest request) {
			dev.langchain4j.data.message.UserMessage message = (dev.langchain4j.data.message.UserMessage) request
				.messages()
				.get(0);
			return dev.langchain4j.model.chat.response.ChatResponse.builder()
				.aiMessage(dev.langchain4j.data.message.AiMessage.from(message.singleText()))
				.build();
		}

	}

}
