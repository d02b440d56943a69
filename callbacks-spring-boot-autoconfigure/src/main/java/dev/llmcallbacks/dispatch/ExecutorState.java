package dev.llmcallbacks.dispatch;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ConcurrentTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * Knows about executors what can be asked.
 */
final class ExecutorState {

	private ExecutorState() {
	}

	/**
	 * Whether the executor may let whoever hands over a task wait until a thread is free.
	 * @param executor the executor
	 * @return whether it may
	 */
	static boolean mayBlock(Executor executor) {
		return executor instanceof SimpleAsyncTaskExecutor simple && simple.isThrottleActive();
	}

	static boolean isShutDown(Executor executor) {
		if (executor instanceof ExecutorService service) {
			return service.isShutdown();
		}
		if (executor instanceof SimpleAsyncTaskExecutor simple) {
			return !simple.isActive();
		}
		if (executor instanceof ConcurrentTaskExecutor concurrent) {
			return isShutDown(concurrent.getConcurrentExecutor());
		}
		try {
			if (executor instanceof ThreadPoolTaskExecutor pool) {
				return pool.getThreadPoolExecutor().isShutdown();
			}
			return executor instanceof ThreadPoolTaskScheduler scheduler
					&& scheduler.getScheduledThreadPoolExecutor().isShutdown();
		}
		catch (IllegalStateException ex) {
			// not initialized yet
			return false;
		}
	}

}
