package dev.llmcallbacks.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskExecutor;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.callback.LlmCallback.Concurrency;
import dev.llmcallbacks.callback.LlmCallback.Delivery;
import dev.llmcallbacks.callback.LlmCallback.Overflow;
import dev.llmcallbacks.dispatch.HandlerSettings;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.RunEnd;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HandlerOverrides}.
 */
class HandlerOverridesTests {

	private final ApplicationContextRunner contextRunner = Applications.withModel("Hello")
		.withBean("tokenPrinter", TokenPrinter.class)
		.withBean("own", TaskExecutor.class, () -> new SimpleAsyncTaskExecutor("own-"));

	@Test
	void shouldTakeTheSettingsOfTheAnnotation() {
		this.contextRunner.withPropertyValues("printer.tag=demo", "printer.timeout=5s").run((context) -> {
			HandlerSettings settings = settings(context);
			assertThat(settings.delivery()).isEqualTo(Delivery.LOCKSTEP);
			assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(5));
			assertThat(settings.tags()).containsExactly("demo");
			assertThat(settings.events()).containsExactly(LlmEnd.class);
			assertThat(settings.executor()).isNull();
		});
	}

	@Test
	void shouldOverrideEachAttribute() {
		this.contextRunner.withPropertyValues("callbacks.handlers.token-printer.delivery=buffered",
				"callbacks.handlers.token-printer.concurrency=serial",
				"callbacks.handlers.token-printer.overflow=drop-oldest",
				"callbacks.handlers.token-printer.buffer-size=7", "callbacks.handlers.token-printer.raise-error=true",
				"callbacks.handlers.token-printer.timeout=90s", "callbacks.handlers.token-printer.executor=own",
				"callbacks.handlers.token-printer.events=ChatModelStart,dev.llmcallbacks.event.RunEnd",
				"callbacks.handlers.token-printer.tags=a,b", "callbacks.handlers.token-printer.models=claude-*")
			.run((context) -> assertThat(settings(context))
				.isEqualTo(new HandlerSettings(Delivery.BUFFERED, Concurrency.SERIAL, Overflow.DROP_OLDEST, 7, true,
						Duration.ofSeconds(90), context.getBean("own", TaskExecutor.class),
						Set.of(ChatModelStart.class, RunEnd.class), Set.of("a", "b"), Set.of("claude-*"))));
	}

	@Test
	void shouldLeaveOutTheTimeoutWhenDeliveryBecomesInline() {
		this.contextRunner.withPropertyValues("callbacks.handlers.token-printer.delivery=inline", "printer.timeout=")
			.run((context) -> assertThat(settings(context).timeout()).isZero());
	}

	@Test
	void shouldMatchNamesAsRelaxedBindingDoes() {
		for (String name : List.of("tokenPrinter", "token-printer", "token_printer", "TOKENPRINTER",
				"[tokenPrinter]")) {
			this.contextRunner.withPropertyValues("callbacks.handlers." + name + ".buffer-size=7")
				.run((context) -> assertThat(settings(context).bufferSize()).as(name).isEqualTo(7));
		}
	}

	@Test
	void shouldTakeEnvironmentVariables() {
		this.contextRunner
			.withInitializer(
					(context) -> environment(context, Map.of("CALLBACKS_HANDLERS_TOKENPRINTER_BUFFERSIZE", "7")))
			.withPropertyValues("callbacks.handlers.token-printer.buffer-size=8",
					"callbacks.handlers.token-printer.raise-error=true")
			.run((context) -> {
				assertThat(settings(context).bufferSize()).isEqualTo(7);
				assertThat(settings(context).raiseError()).isTrue();
			});
	}

	private static void environment(ConfigurableApplicationContext context, Map<String, Object> variables) {
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment", variables));
	}

	@Test
	void shouldUseTheHandlersOwnExecutor() {
		this.contextRunner
			.withPropertyValues("callbacks.handlers.token-printer.executor=own",
					"callbacks.handlers.token-printer.tags=")
			.run((context) -> {
				Applications.ask(context);
				assertThat(context.getBean(TokenPrinter.class).threads).isNotEmpty()
					.allMatch((thread) -> thread.startsWith("own-"));
			});
	}

	@Test
	void shouldNotCallADisabledHandler() {
		this.contextRunner.withPropertyValues("callbacks.handlers.tokenPrinter.enabled=false").run((context) -> {
			assertThat(Applications.handlers(context)).isEmpty();
			Applications.ask(context);
			assertThat(context.getBean(TokenPrinter.class).threads).isEmpty();
		});
	}

	@Test
	void shouldTakeTheHandlersNameFromTheAnnotation() {
		this.contextRunner.withBean("bean", Named.class)
			.withPropertyValues("printer.name=nice", "callbacks.handlers.nice-name.enabled=true")
			.run((context) -> assertThat(Applications.handlers(context)).contains("nice-name"));
	}

	@Test
	@DisplayName("G32 properties of an unknown handler fail at start-up")
	void shouldRefuseUnknownHandlers() {
		FailureAnalysis analysis = Applications
			.failure(this.contextRunner.withPropertyValues("callbacks.handlers.tokenprinted.enabled=false"));
		assertThat(analysis.getDescription()).contains("'callbacks.handlers.tokenprinted.*'");
		assertThat(analysis.getAction()).contains("tokenPrinter");
	}

	@Test
	@DisplayName("G32 an unknown type of event fails at start-up")
	void shouldRefuseUnknownEvents() {
		FailureAnalysis analysis = Applications
			.failure(this.contextRunner.withPropertyValues("callbacks.handlers.tokenPrinter.events=LlmFinish"));
		assertThat(analysis.getDescription()).contains("callbacks.handlers.tokenPrinter.events", "LlmFinish", "LlmEnd");
	}

	@Test
	@DisplayName("G32 an invalid value of a handler's property fails at start-up")
	void shouldRefuseInvalidValues() {
		assertThat(Applications
			.failure(this.contextRunner.withPropertyValues("callbacks.handlers.tokenPrinter.buffer-size=0"))
			.getDescription()).contains("bean 'tokenPrinter'", "'buffer-size' must be positive");
		assertThat(Applications
			.failure(this.contextRunner.withPropertyValues("callbacks.handlers.tokenPrinter.delivery=fast"))
			.getAction()).contains("LOCKSTEP");
		assertThat(Applications
			.failure(this.contextRunner.withPropertyValues("callbacks.handlers.tokenPrinter.executor=nobody"))
			.getDescription()).contains("bean 'tokenPrinter'", "no TaskExecutor bean named 'nobody'");
	}

	private static HandlerSettings settings(ApplicationContext context) {
		ConfigurableListableBeanFactory beanFactory = ((ConfigurableApplicationContext) context).getBeanFactory();
		LlmCallbacksProperties properties = context.getBean(LlmCallbacksProperties.class);
		return new HandlerRegistry(beanFactory, properties, new HandlerExecutors(beanFactory)).registrations()
			.get(0)
			.settings();
	}

	@LlmCallback(delivery = Delivery.LOCKSTEP, timeout = "${printer.timeout:}", tags = "${printer.tag:none}",
			events = LlmEnd.class)
	static class TokenPrinter implements CallbackHandler {

		final List<String> threads = new CopyOnWriteArrayList<>();

		@Override
		public void onEvent(CallbackEvent event) {
			this.threads.add(Thread.currentThread().getName());
		}

	}

	@LlmCallback("${printer.name}-name")
	static class Named implements CallbackHandler {

	}

}
