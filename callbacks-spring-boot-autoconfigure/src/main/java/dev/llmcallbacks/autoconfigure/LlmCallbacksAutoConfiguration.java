package dev.llmcallbacks.autoconfigure;

import java.time.Duration;
import java.util.concurrent.Executor;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnThreading;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.task.SimpleAsyncTaskExecutorBuilder;
import org.springframework.boot.task.ThreadPoolTaskExecutorBuilder;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.context.annotation.Scope;
import org.springframework.core.env.Environment;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.RejectingTaskExecutor;
import dev.llmcallbacks.dispatch.RunFilter;
import dev.llmcallbacks.dispatch.RunLimits;

/**
 * Auto-configuration for the {@link CallbackManager} with the application's
 * {@link LlmCallback @LlmCallback} handlers, and for the {@link TaskExecutor} on which
 * blocking handlers are called. An application that defines its own manager builds it
 * with the prototype-scoped {@link CallbackManager.Builder}, which has the same handlers.
 * The executor is not a default candidate and is injected with
 * {@code @Qualifier("llmCallbacksTaskExecutor")}.
 */
@AutoConfiguration(after = TaskExecutionAutoConfiguration.class)
@EnableConfigurationProperties({ LlmCallbacksProperties.class, LlmExecutorProperties.class, LlmTimeoutProperties.class,
		LlmToolProperties.class })
public final class LlmCallbacksAutoConfiguration {

	/**
	 * Name of the bean of the executor that blocking handlers are called on.
	 */
	public static final String TASK_EXECUTOR_BEAN_NAME = "llmCallbacksTaskExecutor";

	static final String WORK_EXECUTOR_BEAN_NAME = "llmCallbacksWorkExecutor";

	private static final String WORK_THREAD_NAME_PREFIX = "llm-work-";

	@Bean
	@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
	@ConditionalOnMissingBean
	@DependsOn(TASK_EXECUTOR_BEAN_NAME)
	CallbackManager.Builder llmCallbacksManagerBuilder(ConfigurableListableBeanFactory beanFactory,
			LlmCallbacksProperties properties, LlmTimeoutProperties timeouts, LlmToolProperties tools,
			ObjectProvider<RunFilter> filters, @Qualifier(WORK_EXECUTOR_BEAN_NAME) Executor workExecutor) {
		HandlerExecutors executors = new HandlerExecutors(beanFactory);
		HandlerRegistry registry = new HandlerRegistry(beanFactory, properties, executors);
		return CallbackManager.builder()
			.registrations(registry::registrations)
			.executor(executors.get(TASK_EXECUTOR_BEAN_NAME))
			.workExecutor(workExecutor)
			.limits(new RunLimits(timeouts.getTool(), timeouts.getAgent(), (int) tools.getMaxArgumentsSize().toBytes()))
			.filters(filters.orderedStream().toList());
	}

	@Bean
	@ConditionalOnMissingBean
	CallbackManager llmCallbacksManager(CallbackManager.Builder builder) {
		return builder.build();
	}

	@Bean
	@ConditionalOnMissingBean
	static DefaultManagerPostProcessor llmCallbacksDefaultManagerPostProcessor(
			ObjectProvider<CallbackManager> callbackManager) {
		return new DefaultManagerPostProcessor(callbackManager);
	}

	@Bean
	@ConditionalOnMissingBean
	CallbackLifecycle llmCallbacksLifecycle(CallbackManager callbackManager, Environment environment) {
		Duration timeout = Binder.get(environment)
			.bind("spring.lifecycle.timeout-per-shutdown-phase", Duration.class)
			.orElseGet(() -> Duration.ofSeconds(30));
		return new CallbackLifecycle(callbackManager, timeout);
	}

	// An application that has done its work ends, and does not wait for idle threads; its
	// shutdown hook waits for the runs that are going on
	private static void useDaemonThreads(ThreadPoolTaskExecutor executor) {
		executor.setDaemon(true);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingBean(name = WORK_EXECUTOR_BEAN_NAME)
	static class WorkExecutorConfiguration {

		@Bean(name = WORK_EXECUTOR_BEAN_NAME, defaultCandidate = false)
		@Qualifier(WORK_EXECUTOR_BEAN_NAME)
		@ConditionalOnThreading(Threading.PLATFORM)
		ThreadPoolTaskExecutor llmCallbacksWorkExecutor(ObjectProvider<ThreadPoolTaskExecutorBuilder> builder) {
			// No work waits for a thread: a step that blocks may wait for steps inside it
			return builder.getIfAvailable(ThreadPoolTaskExecutorBuilder::new)
				.corePoolSize(0)
				.maxPoolSize(Integer.MAX_VALUE)
				.queueCapacity(0)
				.threadNamePrefix(WORK_THREAD_NAME_PREFIX)
				.acceptTasksAfterContextClose(true)
				.additionalCustomizers(LlmCallbacksAutoConfiguration::useDaemonThreads)
				.build();
		}

		@Bean(name = WORK_EXECUTOR_BEAN_NAME, defaultCandidate = false)
		@Qualifier(WORK_EXECUTOR_BEAN_NAME)
		@ConditionalOnThreading(Threading.VIRTUAL)
		SimpleAsyncTaskExecutor llmCallbacksWorkExecutorVirtualThreads(
				ObjectProvider<SimpleAsyncTaskExecutorBuilder> builder) {
			return builder.getIfAvailable(SimpleAsyncTaskExecutorBuilder::new)
				.virtualThreads(true)
				.concurrencyLimit(null)
				.threadNamePrefix(WORK_THREAD_NAME_PREFIX)
				.build();
		}

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
				.additionalCustomizers(LlmCallbacksAutoConfiguration::useDaemonThreads)
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
				.taskTerminationTimeout(properties.isAwaitTermination() ? properties.getAwaitTerminationPeriod() : null)
				// Otherwise the limit makes the thread wait that submits a task: an event
				// loop
				.build(RejectingTaskExecutor.class);
		}

	}

}
