package dev.llmcallbacks.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnThreading;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.task.SimpleAsyncTaskExecutorBuilder;
import org.springframework.boot.task.ThreadPoolTaskExecutorBuilder;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.RunFilter;

/**
 * Auto-configuration for the {@link CallbackManager} that knows the application's
 * {@link LlmCallback @LlmCallback} handlers, and for the {@link TaskExecutor} that
 * blocking ones are called on. That executor is nobody's default; whoever wants it names
 * it: {@code @Qualifier("llmCallbacksTaskExecutor")}.
 */
@AutoConfiguration(after = TaskExecutionAutoConfiguration.class)
@EnableConfigurationProperties({ LlmCallbacksProperties.class, LlmExecutorProperties.class })
public final class LlmCallbacksAutoConfiguration {

	static final String TASK_EXECUTOR_BEAN_NAME = "llmCallbacksTaskExecutor";

	@Bean
	@ConditionalOnMissingBean(CallbackManager.class)
	@DependsOn(TASK_EXECUTOR_BEAN_NAME)
	DeferredCallbackManager llmCallbacksManager(ConfigurableListableBeanFactory beanFactory,
			LlmCallbacksProperties properties, ObjectProvider<RunFilter> filters) {
		HandlerExecutors executors = new HandlerExecutors(beanFactory);
		HandlerRegistry registry = new HandlerRegistry(beanFactory, properties.getHandlers(), executors);
		return new DeferredCallbackManager(() -> CallbackManager.builder()
			.registrations(registry.registrations())
			.executor(executors.get(TASK_EXECUTOR_BEAN_NAME))
			.filters(filters.orderedStream().toList())
			.build());
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingBean(name = TASK_EXECUTOR_BEAN_NAME)
	static class TaskExecutorConfiguration {

		@Bean(name = TASK_EXECUTOR_BEAN_NAME, defaultCandidate = false)
		@Qualifier(TASK_EXECUTOR_BEAN_NAME)
		@ConditionalOnThreading(Threading.PLATFORM)
		ThreadPoolTaskExecutor llmCallbacksTaskExecutor(LlmExecutorProperties properties,
				ObjectProvider<ThreadPoolTaskExecutorBuilder> builder) {
			return builder.getIfAvailable(ThreadPoolTaskExecutorBuilder::new)
				.corePoolSize(properties.getCoreSize())
				.maxPoolSize(Math.max(properties.getCoreSize(), properties.getMaxSize()))
				.queueCapacity(properties.getQueueCapacity())
				.keepAlive(properties.getKeepAlive())
				.threadNamePrefix(properties.getThreadNamePrefix())
				.awaitTermination(properties.isAwaitTermination())
				.awaitTerminationPeriod(properties.getAwaitTerminationPeriod())
				// Runs that are still going on when the context closes have handlers to
				// call
				.acceptTasksAfterContextClose(true)
				.build();
		}

		@Bean(name = TASK_EXECUTOR_BEAN_NAME, defaultCandidate = false)
		@Qualifier(TASK_EXECUTOR_BEAN_NAME)
		@ConditionalOnThreading(Threading.VIRTUAL)
		SimpleAsyncTaskExecutor llmCallbacksTaskExecutorVirtualThreads(LlmExecutorProperties properties,
				ObjectProvider<SimpleAsyncTaskExecutorBuilder> builder) {
			return builder.getIfAvailable(SimpleAsyncTaskExecutorBuilder::new)
				.virtualThreads(true)
				.threadNamePrefix(properties.getThreadNamePrefix())
				.concurrencyLimit(properties.getConcurrencyLimit())
				// Otherwise the limit blocks whoever hands over a task: an event loop
				.rejectTasksWhenLimitReached(true)
				.taskTerminationTimeout(properties.isAwaitTermination() ? properties.getAwaitTerminationPeriod() : null)
				.build();
		}

	}

}
