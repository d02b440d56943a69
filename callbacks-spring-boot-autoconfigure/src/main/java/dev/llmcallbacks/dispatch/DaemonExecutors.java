package dev.llmcallbacks.dispatch;

import java.util.concurrent.Executor;

import org.springframework.core.task.TaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * The executors of a manager that was given none. Their threads are no reason for the JVM
 * to stay alive.
 */
final class DaemonExecutors {

	private static final int HANDLER_THREADS = 16;

	private static final int HANDLER_QUEUE_CAPACITY = 1000;

	private DaemonExecutors() {
	}

	static TaskExecutor forHandlers() {
		return create("llm-callback-", HANDLER_THREADS, HANDLER_THREADS, HANDLER_QUEUE_CAPACITY);
	}

	/**
	 * Create an executor that never lets work wait for a thread: steps that block may be
	 * waiting for steps inside them.
	 * @return the executor
	 */
	static Executor forWork() {
		return create("llm-work-", 0, Integer.MAX_VALUE, 0);
	}

	private static TaskExecutor create(String threadNamePrefix, int coreSize, int maxSize, int queueCapacity) {
		ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
		executor.setCorePoolSize(coreSize);
		executor.setMaxPoolSize(maxSize);
		executor.setQueueCapacity(queueCapacity);
		executor.setAllowCoreThreadTimeOut(true);
		executor.setDaemon(true);
		executor.setThreadNamePrefix(threadNamePrefix);
		executor.initialize();
		return executor;
	}

}
