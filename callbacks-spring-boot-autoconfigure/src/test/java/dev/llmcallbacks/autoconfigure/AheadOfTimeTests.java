package dev.llmcallbacks.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Scope;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.annotation.Order;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.javapoet.ClassName;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.callback.LlmCallback.Overflow;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.HandlerStatus;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.tool.LlmTool;
import dev.llmcallbacks.tool.Tools;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for applications that were processed ahead of time.
 */
@CompileWithForkedClassLoader
class AheadOfTimeTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final String[] PROPERTIES = { "callbacks.handlers.deep.buffer-size=7",
			"callbacks.clients.fast.model=m-2" };

	private final TestGenerationContext generated = new TestGenerationContext();

	private final ClassName initializer = process(this.generated);

	@Test
	void shouldFindAndCallHandlersAndToolsAsInAnyOtherContext() {
		List<String> usual = new ArrayList<>();
		try (AnnotationConfigApplicationContext context = Application.unprocessed()) {
			context.refresh();
			usual.addAll(describeHandlers(context));
		}
		assertThat(usual).hasSize(4);
		runProcessed((context) -> {
			assertThat(describeHandlers(context)).isEqualTo(usual);
			context.getBean(ChatClient.class).prompt("Hi").tags("demo").text().block(TIMEOUT);
			assertThat(context.getBean(Heard.class).lines()).containsExactlyInAnyOrder("PerRun ChatModelStart",
					"Listener LlmEnd", "Listener LlmEnd", "Methods LlmEnd");
			Tools tools = context.getBean(Tools.class);
			assertThat(tools.call(new ToolCall("c", "add", "{\"a\": 1, \"b\": 2}")).block(TIMEOUT))
				.isEqualTo(new ToolMessage("c", "3"));
			Clients clients = context.getBean(Clients.class);
			assertThat(clients.usual).isSameAs(context.getBean("llmCallbacksChatClient"));
			assertThat(clients.fast.prompt("Hi").text().block(TIMEOUT)).isEqualTo("Hi there");
		});
	}

	private static ClassName process(TestGenerationContext generated) {
		ClassName initializer = new ApplicationContextAotGenerator().processAheadOfTime(Application.unprocessed(),
				generated);
		generated.writeGeneratedContent();
		return initializer;
	}

	private void runProcessed(Consumer<GenericApplicationContext> assertions) {
		TestCompiler.forSystem().with(this.generated).compile((compiled) -> {
			try (GenericApplicationContext context = new GenericApplicationContext()) {
				TestPropertyValues.of(PROPERTIES).applyTo(context);
				initialize(compiled.getInstance(ApplicationContextInitializer.class, this.initializer.toString()),
						context);
				context.refresh();
				assertions.accept(context);
			}
		});
	}

	private static List<String> describeHandlers(ApplicationContext context) {
		return context.getBean(CallbackManager.class)
			.handlers()
			.stream()
			.map(HandlerStatus::registration)
			.map((handler) -> String.join(" ", handler.name(), handler.type().getName(), handler.scope().name(),
					String.valueOf(handler.order()), handler.settings().toString()))
			.toList();
	}

	@SuppressWarnings("unchecked")
	private static void initialize(ApplicationContextInitializer<?> initializer, GenericApplicationContext context) {
		((ApplicationContextInitializer<GenericApplicationContext>) initializer).initialize(context);
	}

	@Configuration
	@ImportAutoConfiguration({ TaskExecutionAutoConfiguration.class, LlmCallbacksAutoConfiguration.class,
			LlmToolsAutoConfiguration.class, LlmChatClientAutoConfiguration.class })
	@Import({ Listener.class, PerRun.class, Methods.class, Calculator.class, Clients.class })
	static class Application {

		static AnnotationConfigApplicationContext unprocessed() {
			AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
			TestPropertyValues.of(PROPERTIES).applyTo(context);
			context.register(Application.class);
			return context;
		}

		@Bean
		ChatModel model() {
			return ScriptedChatModel.of("Hi", " there");
		}

		@Bean
		Heard heard() {
			return new Heard();
		}

		@Bean
		@Order(3)
		@LlmCallback(value = "deep", overflow = Overflow.COALESCE, tags = "demo")
		CallbackHandler declared(Heard heard) {
			return new Listener(heard);
		}

	}

	static class Heard {

		private final Queue<String> lines = new ConcurrentLinkedQueue<>();

		List<String> lines() {
			return List.copyOf(this.lines);
		}

		void add(Object by, Object event) {
			this.lines.add(by.getClass().getSimpleName() + " " + event.getClass().getSimpleName());
		}

	}

	@LlmCallback
	static class Listener implements CallbackHandler {

		private final Heard heard;

		Listener(Heard heard) {
			this.heard = heard;
		}

		@Override
		public void onLlmEnd(LlmEnd event) {
			this.heard.add(this, event);
		}

	}

	@LlmCallback
	@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
	static class PerRun implements CallbackHandler {

		private final Heard heard;

		PerRun(Heard heard) {
			this.heard = heard;
		}

		@Override
		public void onChatModelStart(ChatModelStart event) {
			this.heard.add(this, event);
		}

	}

	static class Methods {

		private final Heard heard;

		Methods(Heard heard) {
			this.heard = heard;
		}

		@Order(7)
		@LlmCallback
		void close(RunEnd event) {
			this.heard.add(this, event);
		}

	}

	static class Clients {

		private final ChatClient usual;

		private final ChatClient fast;

		Clients(ChatClient usual, @Qualifier("fast") ChatClient fast) {
			this.usual = usual;
			this.fast = fast;
		}

	}

	static class Calculator {

		@LlmTool(description = "Adds numbers.")
		int add(int a, int b) {
			return a + b;
		}

	}

}
