package dev.llmcallbacks.propagation;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskExecutor;
import org.springframework.core.task.support.ContextPropagatingTaskDecorator;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.run.Run;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The current run on threads that are entered from where it is the current one on the
 * thread.
 */
@ParameterizedClass(name = "automatic context propagation: {0}")
@ValueSource(booleans = { false, true })
class ThreadHopsTests extends Hops {

	private final ExecutorService foreign = Executors.newSingleThreadExecutor();

	@AfterEach
	void stop() throws Exception {
		assertThat(this.foreign.submit(CurrentRun::get).get(10, TimeUnit.SECONDS)).as("G24 on a foreign thread")
			.isEmpty();
		this.foreign.shutdownNow();
	}

	@Test
	@DisplayName("G22 an @Async method on an executor with Spring's context-propagating decorator")
	void shouldReachACallInAnAsyncMethod() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(AsyncMethods.class)) {
			AsyncService service = context.getBean(AsyncService.class);
			inside((input) -> get(service.call(this::askBlocking)));
		}
		shouldHaveAskedInside(1);
		assertThat(this.trace.lines()).containsExactly("+outer", "+ask", "-ask", "-outer");
	}

	@Test
	@DisplayName("G22 G24 a TaskExecutor with Spring's context-propagating decorator, whose threads keep nothing")
	void shouldReachACallOnADecoratedExecutor() {
		ThreadPoolTaskExecutor executor = decorated(new ThreadPoolTaskExecutor());
		inside((input) -> get(executor.submit(this::askBlocking)));
		assertThat(get(executor.submit(CurrentRun::get))).isEmpty();
		executor.shutdown();
		shouldHaveAskedInside(1);
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	@DisplayName("G22 virtual threads of a SimpleAsyncTaskExecutor with Spring's context-propagating decorator")
	void shouldReachACallOnADecoratedVirtualThread() {
		try (SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("virtual-")) {
			executor.setVirtualThreads(true);
			executor.setTaskDecorator(new ContextPropagatingTaskDecorator());
			inside((input) -> get(executor.submit(this::askBlocking)));
		}
		shouldHaveAskedInside(1);
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	@DisplayName("G22 a bare virtual thread, with wrap")
	void shouldReachACallOnABareVirtualThread() {
		inside((input) -> {
			CompletableFuture<String> answer = new CompletableFuture<>();
			startVirtualThread(CurrentRun.wrap((Runnable) () -> answer.complete(askBlocking())));
			return get(answer);
		});
		shouldHaveAskedInside(1);
	}

	@Test
	@DisplayName("G22 a bare thread, with wrap around a Runnable")
	void shouldReachACallOnABareThread() {
		inside((input) -> {
			CompletableFuture<String> answer = new CompletableFuture<>();
			new Thread(CurrentRun.wrap((Runnable) () -> answer.complete(askBlocking()))).start();
			return get(answer);
		});
		shouldHaveAskedInside(1);
	}

	@Test
	@DisplayName("G22 a CompletableFuture, with wrap around a Supplier")
	void shouldReachACallInAFuture() {
		inside((input) -> {
			Supplier<String> call = this::askBlocking;
			return get(CompletableFuture.supplyAsync(CurrentRun.wrap(call)));
		});
		shouldHaveAskedInside(1);
	}

	@Test
	@DisplayName("G22 a CompletableFuture and all that follows it, with wrap around its executor")
	void shouldReachCallsInAFutureOnAWrappedExecutor() {
		inside((input) -> {
			Executor executor = CurrentRun.wrap(this.foreign);
			Run outer = CurrentRun.get().orElseThrow();
			return get(CompletableFuture.supplyAsync(this::askBlocking, executor).thenApplyAsync((text) -> {
				assertThat(CurrentRun.get()).containsSame(outer);
				return text;
			}, executor));
		});
		shouldHaveAskedInside(1);
	}

	@Test
	@DisplayName("G22 a foreign executor, with wrap around a Callable")
	void shouldReachACallOnAForeignExecutor() {
		inside((input) -> {
			Callable<String> call = this::askBlocking;
			return get(this.foreign.submit(CurrentRun.wrap(call)));
		});
		shouldHaveAskedInside(1);
	}

	@Test
	@DisplayName("G24 a wrapped task gives its thread back as it was, also when it fails")
	void shouldGiveTheThreadBackWhenAWrappedTaskFails() {
		inside((input) -> {
			Callable<String> call = () -> {
				throw new IllegalStateException("broken");
			};
			Run before = CurrentRun.get().orElseThrow();
			assertThat(this.foreign.submit(CurrentRun.wrap(call))).failsWithin(TIMEOUT);
			assertThat(get(this.foreign.submit(CurrentRun::get))).isEmpty();
			assertThat(CurrentRun.get()).containsSame(before);
			return input;
		});
		assertThat(this.trace.lines()).endsWith("-outer");
	}

	@Test
	@DisplayName("G22 a bare thread without wrap begins a new root, which the handlers of the run do not hear of")
	void shouldLoseTheRunOnABareThread() {
		inside((input) -> get(this.foreign.submit(this::askBlocking)));
		assertThat(this.trace.runs("ask")).isEmpty();
		assertThat(this.trace.lines()).containsExactly("+outer", "-outer");
	}

	private static ThreadPoolTaskExecutor decorated(ThreadPoolTaskExecutor executor) {
		executor.setTaskDecorator(new ContextPropagatingTaskDecorator());
		executor.initialize();
		return executor;
	}

	private static <T> T get(Future<T> future) {
		try {
			return future.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	// the library is compiled for a JDK that has none
	private static void startVirtualThread(Runnable task) {
		try {
			Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
		}
		catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@EnableAsync
	@Configuration(proxyBeanMethods = false)
	static class AsyncMethods {

		@Bean
		TaskExecutor taskExecutor() {
			return decorated(new ThreadPoolTaskExecutor());
		}

		@Bean
		AsyncService asyncService() {
			return new AsyncService();
		}

	}

	static class AsyncService {

		@Async
		CompletableFuture<String> call(Supplier<String> work) {
			assertThat(Thread.currentThread().getName()).startsWith("taskExecutor-");
			return CompletableFuture.completedFuture(work.get());
		}

	}

}
