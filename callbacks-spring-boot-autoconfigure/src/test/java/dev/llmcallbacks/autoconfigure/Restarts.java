package dev.llmcallbacks.autoconfigure;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.OverridingClassLoader;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts an application again and again in one JVM, its classes in a class loader of
 * their own each time, and says whether anything of it is left.
 */
public final class Restarts {

	private static final int RESTARTS = 3;

	private final ReferenceQueue<ClassLoader> collected = new ReferenceQueue<>();

	private Restarts() {
	}

	public static void main(String[] arguments) throws Exception {
		// Reactor's own threads stay, and belong to the context that needs them first
		run(Restarts.class.getClassLoader());
		new Restarts().restart();
	}

	private void restart() throws Exception {
		Set<Reference<ClassLoader>> loaders = new HashSet<>();
		for (int i = 0; i < RESTARTS; i++) {
			ClassLoader loader = new RestartClassLoader();
			loaders.add(new WeakReference<>(loader, this.collected));
			run(loader);
		}
		awaitThreads();
		awaitCollection(loaders);
	}

	// a pool that is shut down does not wait for its threads
	private static void awaitThreads() throws InterruptedException {
		long deadline = System.nanoTime() + Applications.TIMEOUT.toNanos();
		while (threadNames().anyMatch((name) -> name.startsWith("restart-"))) {
			assertThat(System.nanoTime()).as("threads are still there: %s", threadNames().toList())
				.isLessThan(deadline);
			Thread.sleep(10);
		}
	}

	private static Stream<String> threadNames() {
		return Thread.getAllStackTraces().keySet().stream().map(Thread::getName);
	}

	private static void run(ClassLoader loader) throws ClassNotFoundException {
		ClassLoader before = Thread.currentThread().getContextClassLoader();
		Thread.currentThread().setContextClassLoader(loader);
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.setClassLoader(loader);
			context.register(loader.loadClass(Application.class.getName()));
			TestPropertyValues.of("callbacks.executor.thread-name-prefix=restart-").applyTo(context);
			context.refresh();
			assertThat(Applications.ask(context)).isEqualTo("Hello");
			assertThat(context.getBean(CallbackHandler.class)).hasToString("heard 1");
			assertThat(context.getBean(CallbackHandler.class).getClass().getClassLoader()).isSameAs(loader);
		}
		finally {
			Thread.currentThread().setContextClassLoader(before);
		}
	}

	private void awaitCollection(Set<Reference<ClassLoader>> loaders) throws InterruptedException {
		long deadline = System.nanoTime() + Applications.TIMEOUT.toNanos();
		while (!loaders.isEmpty()) {
			assertThat(System.nanoTime()).as("%s class loaders are still there", loaders.size()).isLessThan(deadline);
			System.gc();
			loaders.remove(this.collected.remove(100));
		}
	}

	/** Loads the classes of the application anew, and leaves the libraries alone. */
	private static final class RestartClassLoader extends OverridingClassLoader {

		RestartClassLoader() {
			super(Restarts.class.getClassLoader());
		}

		@Override
		protected boolean isEligibleForOverriding(String className) {
			return className.startsWith(Restarts.class.getName() + "$");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ TaskExecutionAutoConfiguration.class, LlmCallbacksAutoConfiguration.class,
			LlmChatClientAutoConfiguration.class })
	@Import(Handler.class)
	static class Application {

		@Bean
		ChatModel model() {
			return ScriptedChatModel.of("Hello");
		}

	}

	@LlmCallback
	static class Handler implements CallbackHandler {

		private int heard;

		@Override
		public void onLlmEnd(LlmEnd event) {
			this.heard++;
		}

		@Override
		public String toString() {
			return "heard " + this.heard;
		}

	}

}
