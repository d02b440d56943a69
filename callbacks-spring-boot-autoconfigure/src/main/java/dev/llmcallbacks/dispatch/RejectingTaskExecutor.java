package dev.llmcallbacks.dispatch;

import org.springframework.core.task.SimpleAsyncTaskExecutor;

/**
 * Internal to the library: {@link SimpleAsyncTaskExecutor} that rejects what exceeds its
 * concurrency limit, so that {@code execute} never waits.
 */
public class RejectingTaskExecutor extends SimpleAsyncTaskExecutor {

	/**
	 * Create an executor.
	 */
	public RejectingTaskExecutor() {
		super.setRejectTasksWhenLimitReached(true);
	}

	@Override
	public void setRejectTasksWhenLimitReached(boolean rejectTasksWhenLimitReached) {
		// always true: whether a limit is reached must not be found out by waiting
	}

}
