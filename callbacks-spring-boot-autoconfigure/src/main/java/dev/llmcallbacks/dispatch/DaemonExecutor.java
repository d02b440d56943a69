package dev.llmcallbacks.dispatch;

import org.springframework.core.task.TaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * The executor of a manager that was given none: bounded, and no reason for the JVM to
 * stay alive.
 */
final class DaemonExecutor {

	private static final int THREADS = 16;

	private static final int QUEUE_CAPACITY = 1000;

	private DaemonExecutor() {
	}

	static TaskExecutor create() {
		ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
		executor.setCorePoolSize(THREADS);
		executor.setMaxPoolSize(THREADS);
		executor.setQueueCapacity(QUEUE_CAPACITY);
		executor.setAllowCoreThreadTimeOut(true);
		executor.setDaemon(true);
		executor.setThreadNamePrefix("llm-callback-");
		executor.initialize();
		return executor;
	}

}
