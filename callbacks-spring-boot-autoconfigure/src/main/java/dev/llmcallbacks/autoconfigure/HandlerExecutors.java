package dev.llmcallbacks.autoconfigure;

import java.util.Arrays;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.core.task.SyncTaskExecutor;
import org.springframework.core.task.TaskExecutor;

/**
 * The application's executors by the names of their beans.
 */
final class HandlerExecutors {

	private final ConfigurableListableBeanFactory beanFactory;

	HandlerExecutors(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * Return an executor with threads of its own.
	 * @param name the name of its bean
	 * @return the executor
	 */
	TaskExecutor get(String name) {
		if (!this.beanFactory.containsBean(name) || !this.beanFactory.isTypeMatch(name, TaskExecutor.class)) {
			throw new FailureAnalyzedException("There is no TaskExecutor bean named '%s'.".formatted(name),
					"Define one, or use one of these: %s.".formatted(
							Arrays.asList(this.beanFactory.getBeanNamesForType(TaskExecutor.class, true, false))));
		}
		TaskExecutor executor = this.beanFactory.getBean(name, TaskExecutor.class);
		if (executor instanceof SyncTaskExecutor) {
			throw new FailureAnalyzedException(
					"The bean '%s' is a SyncTaskExecutor: it would call handlers on the thread that produced the event."
						.formatted(name),
					"Give '%s' threads of its own, for example with a ThreadPoolTaskExecutor. ".formatted(name)
							+ "For a handler that is meant to be called on the producing thread, "
							+ "set 'delivery = INLINE' instead.");
		}
		return executor;
	}

}
