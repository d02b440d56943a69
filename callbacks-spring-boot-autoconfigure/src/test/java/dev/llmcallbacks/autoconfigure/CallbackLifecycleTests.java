package dev.llmcallbacks.autoconfigure;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.client.RetryPolicy;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.ShutdownException;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ChatTimeoutException;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link CallbackLifecycle}, and for the properties of retries and time limits.
 */
class CallbackLifecycleTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final Sinks.Many<ChatChunk> provider = Sinks.many().unicast().onBackpressureBuffer();

	private final EventRecorder log = new EventRecorder(TIMEOUT);

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(TaskExecutionAutoConfiguration.class, LlmCallbacksAutoConfiguration.class,
						LlmChatModelAutoConfiguration.class, LlmChatClientAutoConfiguration.class))
		.withBean(ChatModel.class, () -> new ScriptedChatModel((request) -> this.provider.asFlux()));

	@Test
	@DisplayName("G20 a run that is going on when the application stops may finish, and its handlers hear of it")
	void shouldLetARunFinishWhenTheContextCloses() {
		this.contextRunner.run((context) -> {
			CompletableFuture<String> answer = ask(context);
			CompletableFuture<Void> closed = CompletableFuture.runAsync(context.getSourceApplicationContext()::close);
			ChatClient client = context.getBean(ChatClient.class);
			awaitRefusal(client);
			this.provider.tryEmitNext(ChatChunk.text("b"));
			this.provider.tryEmitComplete();
			assertThat(answer.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("ab");
			closed.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
			assertThat(this.log.events(LlmEnd.class)).hasSize(1);
			assertThat(this.log.runs().get(0).text()).isEqualTo("ab");
		});
	}

	@Test
	@DisplayName("G20 a run that does not finish within the shutdown phase is cancelled")
	void shouldCancelARunWhenThePhaseIsOver() {
		this.contextRunner.withPropertyValues("spring.lifecycle.timeout-per-shutdown-phase=400ms").run((context) -> {
			CompletableFuture<String> answer = ask(context);
			context.getSourceApplicationContext().close();
			assertThatExceptionOfType(ExecutionException.class)
				.isThrownBy(() -> answer.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
				.withCauseInstanceOf(ShutdownException.class);
			assertThat(this.log.events(LlmCancel.class)).hasSize(1);
		});
	}

	@Test
	@DisplayName("G20 I12 runs are cancelled while the web server still completes its requests")
	void shouldEndRunsBesideTheWebServersRequests() {
		WebServerPhase webServer = new WebServerPhase(() -> this.log.events(LlmCancel.class).size() == 1);
		this.contextRunner.withPropertyValues("spring.lifecycle.timeout-per-shutdown-phase=5s")
			.withBean(WebServerPhase.class, () -> webServer)
			.run((context) -> {
				CompletableFuture<String> answer = ask(context);
				long begin = System.nanoTime();
				context.getSourceApplicationContext().close();
				assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(Duration.ofSeconds(4),
						Duration.ofSeconds(5));
				assertThat(webServer.requestsCompleted).isTrue();
				assertThatExceptionOfType(ExecutionException.class)
					.isThrownBy(() -> answer.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
					.withCauseInstanceOf(ShutdownException.class);
			});
	}

	@Test
	@DisplayName("G20 a context that is stopped to be started again keeps its runs")
	void shouldNotEndRunsWhenTheContextIsOnlyStopped() {
		this.contextRunner.run((context) -> {
			CompletableFuture<String> answer = ask(context);
			context.getSourceApplicationContext().stop();
			context.getSourceApplicationContext().start();
			assertThat(context.getBean(CallbackLifecycle.class).isPauseable()).isFalse();
			this.provider.tryEmitComplete();
			assertThat(answer.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("a");
		});
	}

	@Test
	@DisplayName("G20 the phase comes between the web server's graceful shutdown and its end")
	void shouldStopAfterTheWebServersRequests() {
		this.contextRunner.run((context) -> assertThat(context.getBean(CallbackLifecycle.class).getPhase())
			.isLessThan(Integer.MAX_VALUE - 1024)
			.isGreaterThan(Integer.MAX_VALUE - 2048));
	}

	@Test
	@DisplayName("G33 blocking work has an executor of its own, which is nobody's default")
	void shouldHaveAWorkExecutorThatIsNoDefaultCandidate() {
		this.contextRunner.run((context) -> {
			CallbackManager manager = context.getBean(CallbackManager.class);
			assertThat(manager.call(() -> Thread.currentThread().getName()).block(TIMEOUT)).startsWith("llm-work-");
			assertThat(manager.call(() -> Thread.currentThread().isDaemon()).block(TIMEOUT)).isTrue();
			assertThat(context).hasBean("applicationTaskExecutor");
			assertThat(context.getBean(Executor.class)).isSameAs(context.getBean("applicationTaskExecutor"));
		});
	}

	@Test
	@DisplayName("G29 retries are configured by properties")
	void shouldBindTheRetryPolicy() {
		this.contextRunner
			.withPropertyValues("callbacks.retry.max-attempts=5", "callbacks.retry.initial-backoff=10ms",
					"callbacks.retry.max-backoff=1s")
			.run((context) -> assertThat(context.getBean(LlmRetryProperties.class).toPolicy())
				.isEqualTo(new RetryPolicy(5, Duration.ofMillis(10), Duration.ofSeconds(1))));
	}

	@Test
	@DisplayName("G30 the time limits of the properties hold")
	void shouldApplyTheTimeLimits() {
		this.contextRunner.withPropertyValues("callbacks.timeouts.first-token=50ms")
			.run((context) -> assertThatExceptionOfType(ChatTimeoutException.class)
				.isThrownBy(() -> context.getBean(ChatClient.class).prompt("Hi").text().block(TIMEOUT))
				.withMessageContaining("callbacks.timeouts.first-token"));
	}

	private CompletableFuture<String> ask(ApplicationContext context) throws Exception {
		CountDownLatch heard = new CountDownLatch(1);
		Flux<String> content = context.getBean(ChatClient.class)
			.prompt("Hi")
			.callbacks(this.log, CallbackHandler.on(LlmNewToken.class, (token) -> heard.countDown()))
			.content();
		CompletableFuture<String> answer = content.reduce(String::concat).toFuture();
		this.provider.tryEmitNext(ChatChunk.text("a"));
		assertThat(heard.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		return answer;
	}

	private static void awaitRefusal(ChatClient client) {
		// the scripted provider answers only once, so a call that is let in fails
		// otherwise
		await().ignoreException(IllegalStateException.class)
			.untilAsserted(() -> assertThatExceptionOfType(ShutdownException.class)
				.isThrownBy(() -> client.prompt("Hi").text().block(Duration.ofMillis(50))));
	}

	/**
	 * Waits for requests as the graceful shutdown of Spring Boot's web server does.
	 */
	private static final class WebServerPhase implements SmartLifecycle {

		private final BooleanSupplier completed;

		private volatile boolean running;

		private volatile boolean requestsCompleted;

		WebServerPhase(BooleanSupplier completed) {
			this.completed = completed;
		}

		@Override
		public void start() {
			this.running = true;
		}

		@Override
		public void stop(Runnable callback) {
			CompletableFuture.runAsync(() -> await().atMost(TIMEOUT).until(this.completed::getAsBoolean))
				.thenRun(() -> this.requestsCompleted = true)
				.thenRun(this::stop)
				.thenRun(callback);
		}

		@Override
		public void stop() {
			this.running = false;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

		@Override
		public int getPhase() {
			return DEFAULT_PHASE - 1024;
		}

	}

}
