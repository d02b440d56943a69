package dev.llmcallbacks.autoconfigure;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.task.ThreadPoolTaskExecutorCustomizer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.SyncTaskExecutor;
import org.springframework.core.task.TaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.test.util.ReflectionTestUtils;
import reactor.core.publisher.Hooks;
import reactor.core.scheduler.Schedulers;

import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.RecordedEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LlmCallbacksAutoConfiguration}.
 */
class LlmCallbacksAutoConfigurationTests {

	private static final String EXECUTOR = "llmCallbacksTaskExecutor";

	private final ApplicationContextRunner contextRunner = Applications.recording(Applications.withModel("Hello"));

	@Test
	@DisplayName("G8 blocking handlers are called on threads of the configured executor")
	void shouldCallHandlersOnTheExecutor() {
		this.contextRunner.withPropertyValues("callbacks.executor.thread-name-prefix=mine-").run((context) -> {
			Applications.ask(context);
			assertThat(context.getBean(EventRecorder.class).events()).isNotEmpty()
				.extracting(RecordedEvent::threadName)
				.allMatch((thread) -> thread.startsWith("mine-"));
		});
	}

	@Test
	void shouldBoundTheExecutor() {
		this.contextRunner.run((context) -> {
			ThreadPoolTaskExecutor executor = context.getBean(EXECUTOR, ThreadPoolTaskExecutor.class);
			assertThat(executor.getCorePoolSize()).isEqualTo(16);
			assertThat(executor.getMaxPoolSize()).isEqualTo(16);
			assertThat(executor.getQueueCapacity()).isEqualTo(1000);
			assertThat(executor.getKeepAliveSeconds()).isEqualTo(60);
			assertThat(executor.getThreadNamePrefix()).isEqualTo("llm-callback-");
			assertThat(executor).hasFieldOrPropertyWithValue("acceptTasksAfterContextClose", true);
		});
	}

	@Test
	void shouldApplyTheProperties() {
		this.contextRunner
			.withPropertyValues("callbacks.executor.core-size=2", "callbacks.executor.max-size=3",
					"callbacks.executor.queue-capacity=4", "callbacks.executor.keep-alive=5s",
					"callbacks.executor.await-termination=true", "callbacks.executor.await-termination-period=6s")
			.run((context) -> {
				ThreadPoolTaskExecutor executor = context.getBean(EXECUTOR, ThreadPoolTaskExecutor.class);
				assertThat(executor.getCorePoolSize()).isEqualTo(2);
				assertThat(executor.getMaxPoolSize()).isEqualTo(3);
				assertThat(executor.getQueueCapacity()).isEqualTo(4);
				assertThat(executor.getKeepAliveSeconds()).isEqualTo(5);
				assertThat(executor).hasFieldOrPropertyWithValue("waitForTasksToCompleteOnShutdown", true)
					.hasFieldOrPropertyWithValue("awaitTerminationMillis", Duration.ofSeconds(6).toMillis());
			});
	}

	@Test
	void shouldApplyTheApplicationsCustomizers() {
		this.contextRunner
			.withBean(ThreadPoolTaskExecutorCustomizer.class, () -> (executor) -> executor.setThreadGroupName("group"))
			.run((context) -> assertThat(
					context.getBean(EXECUTOR, ThreadPoolTaskExecutor.class).getThreadGroup().getName())
				.isEqualTo("group"));
	}

	@Test
	void shouldNotKeepAnApplicationAliveThatHasDoneItsWork() {
		this.contextRunner
			.run((context) -> assertThat(context.getBean(EXECUTOR, ThreadPoolTaskExecutor.class).isDaemon()).isTrue());
	}

	@Test
	void shouldDoWithoutBootsBuilders() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(LlmCallbacksAutoConfiguration.class))
			.run((context) -> assertThat(context).hasBean(EXECUTOR)
				.hasBean("llmCallbacksWorkExecutor")
				.hasBean("llmCallbacksManager"));
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void shouldUseVirtualThreads() {
		this.contextRunner
			.withPropertyValues("spring.threads.virtual.enabled=true", "callbacks.executor.concurrency-limit=7")
			.run((context) -> {
				SimpleAsyncTaskExecutor executor = context.getBean(EXECUTOR, SimpleAsyncTaskExecutor.class);
				assertThat(executor.getConcurrencyLimit()).isEqualTo(7);
				assertThat(executor).hasFieldOrPropertyWithValue("rejectTasksWhenLimitReached", true);
				Applications.ask(context);
				assertThat(context.getBean(EventRecorder.class).events()).isNotEmpty()
					.extracting(RecordedEvent::threadName)
					.allMatch((thread) -> thread.startsWith("llm-callback-"));
			});
	}

	@Test
	@EnabledForJreRange(max = JRE.JAVA_20)
	void shouldUsePlatformThreadsWhereThereAreNoVirtualOnes() {
		this.contextRunner.withPropertyValues("spring.threads.virtual.enabled=true")
			.run((context) -> assertThat(context.getBean(EXECUTOR)).isInstanceOf(ThreadPoolTaskExecutor.class));
	}

	@Test
	@DisplayName("G8 a SyncTaskExecutor fails at start-up")
	void shouldRefuseASyncTaskExecutor() {
		FailureAnalysis analysis = Applications
			.failure(this.contextRunner.withBean(EXECUTOR, TaskExecutor.class, SyncTaskExecutor::new));
		assertThat(analysis.getDescription()).contains("'llmCallbacksTaskExecutor' is a SyncTaskExecutor");
		assertThat(analysis.getAction()).contains("threads of its own");
	}

	@Test
	@DisplayName("G32 an invalid value fails at start-up")
	void shouldRefuseInvalidValues() {
		FailureAnalysis analysis = Applications
			.failure(this.contextRunner.withPropertyValues("callbacks.executor.core-size=0"));
		assertThat(analysis.getDescription()).contains("callbacks.executor.core-size", "must be at least 1");
	}

	@Test
	@DisplayName("G33 the application's executor stays, and is what is injected by type")
	void shouldLeaveTheApplicationTaskExecutorAlone() {
		this.contextRunner.withBean(Injected.class).run((context) -> {
			Object applicationTaskExecutor = context
				.getBean(TaskExecutionAutoConfiguration.APPLICATION_TASK_EXECUTOR_BEAN_NAME);
			Injected injected = context.getBean(Injected.class);
			assertThat(injected.byType).isSameAs(applicationTaskExecutor);
			assertThat(injected.executor).isSameAs(applicationTaskExecutor);
			assertThat(injected.ours).isSameAs(context.getBean(EXECUTOR));
		});
	}

	@Test
	@DisplayName("G33 an executor of the application's own stays the only candidate")
	void shouldLeaveTheApplicationsOwnExecutorAlone() {
		SimpleAsyncTaskExecutor own = new SimpleAsyncTaskExecutor();
		this.contextRunner.withBean("own", SimpleAsyncTaskExecutor.class, () -> own)
			.withBean(Injected.class)
			.run((context) -> assertThat(context.getBean(Injected.class).byType).isSameAs(own));
	}

	@Test
	@DisplayName("G33 the executor backs off to a bean of its name")
	void shouldBackOffToAnExecutorOfTheName() {
		SimpleAsyncTaskExecutor own = new SimpleAsyncTaskExecutor("own-");
		this.contextRunner.withBean(EXECUTOR, SimpleAsyncTaskExecutor.class, () -> own).run((context) -> {
			assertThat(context.getBean(EXECUTOR)).isSameAs(own);
			Applications.ask(context);
			assertThat(context.getBean(EventRecorder.class).events()).isNotEmpty()
				.extracting(RecordedEvent::threadName)
				.allMatch((thread) -> thread.startsWith("own-"));
		});
	}

	@Test
	@DisplayName("G33 the manager backs off to the application's own")
	void shouldBackOffToAManager() {
		CallbackManager own = CallbackManager.builder().build();
		this.contextRunner.withBean("own", CallbackManager.class, () -> own).run((context) -> {
			assertThat(context).doesNotHaveBean("llmCallbacksManager");
			assertThat(context.getBean(CallbackManager.class)).isSameAs(own);
			assertThat(Applications.ask(context)).isEqualTo("Hello");
		});
	}

	@Test
	@DisplayName("G33 no global Reactor hook is set")
	void shouldSetNoHooks() {
		this.contextRunner.run((context) -> {
			Applications.ask(context);
			for (String hook : new String[] { "onEachOperatorHook", "onLastOperatorHook", "onErrorDroppedHook",
					"onNextDroppedHook", "onNextErrorHook", "onOperatorErrorHook" }) {
				assertThat(ReflectionTestUtils.getField(Hooks.class, hook)).as(hook).isNull();
			}
			assertThat(ReflectionTestUtils.getField(Hooks.class, "DETECT_CONTEXT_LOSS")).isEqualTo(false);
			assertThat((Map<?, ?>) ReflectionTestUtils.getField(Schedulers.class, "onScheduleHooks")).isEmpty();
		});
	}

	@Test
	void shouldStartWithHandlersAndWithoutProvider() {
		Applications.recording(Applications.withoutModel()).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(Applications.handlers(context)).containsExactly("log");
		});
	}

	static class Injected {

		private final TaskExecutor byType;

		private final Executor executor;

		private final TaskExecutor ours;

		Injected(TaskExecutor byType, Executor executor, @Qualifier(EXECUTOR) TaskExecutor ours) {
			this.byType = byType;
			this.executor = executor;
			this.ours = ours;
		}

	}

}
