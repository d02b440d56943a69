package dev.llmcallbacks.benchmarks.load;

import java.util.concurrent.atomic.LongAdder;

import org.springframework.core.task.TaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * A pool of threads for blocking handlers that counts the tasks it is handed. One count
 * for the whole JVM, so that a profiler finds it.
 */
public final class CountingExecutor implements TaskExecutor, AutoCloseable {

	private static final LongAdder tasks = new LongAdder();

	private final ThreadPoolTaskExecutor pool = new ThreadPoolTaskExecutor();

	/**
	 * Create an executor.
	 * @param threads how many threads it has
	 */
	public CountingExecutor(int threads) {
		this.pool.setCorePoolSize(threads);
		this.pool.setMaxPoolSize(threads);
		this.pool.setDaemon(true);
		this.pool.setThreadNamePrefix("handler-");
		this.pool.initialize();
	}

	@Override
	public void execute(Runnable task) {
		tasks.increment();
		this.pool.execute(task);
	}

	@Override
	public void close() {
		this.pool.shutdown();
	}

	/**
	 * Return how many tasks all executors of this class were handed.
	 * @return the number of tasks
	 */
	public static long tasks() {
		return tasks.sum();
	}

}
