package dev.llmcallbacks.dispatch;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;
import org.springframework.core.task.TaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * Executors of one manager: those of its blocking handlers, each decorated once, and the
 * one of blocking work, decorated too.
 */
final class HandlerExecutors {

	private static final int HANDLER_THREADS = 16;

	private static final int HANDLER_QUEUE_CAPACITY = 1000;

	private final Executor defaultExecutor;

	private final @Nullable Executor workExecutor;

	private final Map<Executor, CoalescingExecutor> decorated = new ConcurrentHashMap<>();

	/** Written under the lock of this, on first use. */
	private volatile @Nullable ResilientExecutor decoratedForWork;

	// guarded by this

	private @Nullable Executor ownWorkExecutor;

	/**
	 * Create the executors of a manager.
	 * @param defaultExecutor the executor of handlers that have no executor of their own,
	 * or {@code null} for a bounded pool of daemon threads
	 * @param workExecutor the executor of blocking work, or {@code null} for one with as
	 * many daemon threads as there is work
	 */
	HandlerExecutors(@Nullable TaskExecutor defaultExecutor, @Nullable Executor workExecutor) {
		this.defaultExecutor = (defaultExecutor != null) ? defaultExecutor
				: daemon("llm-callback-", HANDLER_THREADS, HANDLER_THREADS, HANDLER_QUEUE_CAPACITY);
		this.workExecutor = workExecutor;
	}

	/**
	 * Return what runs the tasks of a handler.
	 * @param executor the handler's executor, or {@code null} for the manager's
	 * @return the decorated executor
	 */
	CoalescingExecutor forHandler(@Nullable Executor executor) {
		Executor target = (executor != null) ? executor : this.defaultExecutor;
		CoalescingExecutor existing = this.decorated.get(target);
		return (existing != null) ? existing
				: this.decorated.computeIfAbsent(target, (key) -> new CoalescingExecutor(new ResilientExecutor(key)));
	}

	/**
	 * Return what runs blocking work.
	 * @return the decorated executor
	 */
	ResilientExecutor forWork() {
		ResilientExecutor existing = this.decoratedForWork;
		return (existing != null) ? existing : decorateForWork();
	}

	private synchronized ResilientExecutor decorateForWork() {
		ResilientExecutor executor = this.decoratedForWork;
		if (executor == null) {
			executor = new ResilientExecutor((this.workExecutor != null) ? this.workExecutor : ownWorkExecutor(),
					this::ownWorkExecutor);
			this.decoratedForWork = executor;
		}
		return executor;
	}

	// work must not wait for a thread: blocking steps may wait for steps inside
	private synchronized Executor ownWorkExecutor() {
		if (this.ownWorkExecutor == null) {
			this.ownWorkExecutor = daemon("llm-work-", 0, Integer.MAX_VALUE, 0);
		}
		return this.ownWorkExecutor;
	}

	private static TaskExecutor daemon(String threadNamePrefix, int coreSize, int maxSize, int queueCapacity) {
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
