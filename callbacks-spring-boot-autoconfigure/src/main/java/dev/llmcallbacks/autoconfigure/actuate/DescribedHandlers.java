package dev.llmcallbacks.autoconfigure.actuate;

import java.lang.reflect.Method;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import dev.llmcallbacks.autoconfigure.LlmCallbacksAutoConfiguration;
import dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksDescriptor.Call;
import dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksDescriptor.Executor;
import dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksDescriptor.Handler;
import dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksDescriptor.Settings;
import dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksDescriptor.Statistics;
import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.CallbackMethod;
import dev.llmcallbacks.callback.LlmCallback.Delivery;
import dev.llmcallbacks.dispatch.HandlerRegistration;
import dev.llmcallbacks.dispatch.HandlerSettings;
import dev.llmcallbacks.dispatch.HandlerStatistics;
import dev.llmcallbacks.dispatch.HandlerStatus;
import dev.llmcallbacks.event.CallbackEvent;

/**
 * Describes handlers, and the executors that they are called on.
 */
final class DescribedHandlers {

	private final Map<String, TaskExecutor> beans;

	private final Map<String, Handler> handlers = new LinkedHashMap<>();

	private final Map<String, Executor> executors = new TreeMap<>();

	DescribedHandlers(List<HandlerStatus> handlers, Map<String, TaskExecutor> beans) {
		this.beans = beans;
		// handlers of single calls are called on it too
		use(LlmCallbacksAutoConfiguration.TASK_EXECUTOR_BEAN_NAME);
		handlers.forEach((handler) -> this.handlers.put(handler.registration().name(), describe(handler)));
	}

	Map<String, Handler> handlers() {
		return this.handlers;
	}

	Map<String, Executor> executors() {
		return this.executors;
	}

	private Handler describe(HandlerStatus status) {
		HandlerRegistration handler = status.registration();
		Method method = handler.method();
		return new Handler((method != null) ? method.getDeclaringClass().getName() : handler.type().getName(),
				(method != null) ? method.getName() : null, handler.scope(), status.enabled(),
				(handler.order() != Ordered.LOWEST_PRECEDENCE) ? handler.order() : null, executorOf(handler),
				receives(status), describe(handler.settings()), status.calls().stream().map(Call::of).toList(),
				describe(status.statistics()));
	}

	private static List<String> receives(HandlerStatus status) {
		return (status.events().size() == CallbackMethod.values().length) ? List.of(CallbackEvent.class.getSimpleName())
				: status.events().stream().map(Class::getSimpleName).sorted().toList();
	}

	private @Nullable String executorOf(HandlerRegistration handler) {
		if (AsyncCallbackHandler.class.isAssignableFrom(handler.type())
				|| handler.settings().delivery() == Delivery.INLINE) {
			return null;
		}
		TaskExecutor own = handler.settings().executor();
		if (own == null) {
			return LlmCallbacksAutoConfiguration.TASK_EXECUTOR_BEAN_NAME;
		}
		return this.beans.entrySet()
			.stream()
			.filter((bean) -> bean.getValue() == own)
			.map(Map.Entry::getKey)
			.findFirst()
			.map(this::use)
			.orElse(null);
	}

	private String use(String executor) {
		TaskExecutor bean = this.beans.get(executor);
		if (bean != null) {
			this.executors.put(executor, describe(bean));
		}
		return executor;
	}

	private static Executor describe(TaskExecutor executor) {
		String type = executor.getClass().getName();
		if (executor instanceof ThreadPoolTaskExecutor pool) {
			return new Executor(type, pool.getPoolSize(), pool.getMaxPoolSize(), pool.getActiveCount(),
					pool.getQueueSize(), pool.getQueueCapacity(), null);
		}
		Integer limit = (executor instanceof SimpleAsyncTaskExecutor simple && simple.isThrottleActive())
				? Integer.valueOf(simple.getConcurrencyLimit()) : null;
		return new Executor(type, null, null, null, null, null, limit);
	}

	private static Settings describe(HandlerSettings settings) {
		return new Settings(settings.delivery(), settings.concurrency(), settings.overflow(), settings.bufferSize(),
				settings.timeout(), settings.raiseError(),
				settings.events().stream().map(Class::getSimpleName).sorted().toList(), settings.tags(),
				settings.models());
	}

	private static Statistics describe(HandlerStatistics statistics) {
		return new Statistics(statistics.delivered(), statistics.failed(), statistics.timedOut(), statistics.dropped(),
				statistics.rejected(), statistics.deepestLane(), millis(statistics.timeInHandler()),
				micros(statistics.mean()), micros(statistics.longest()), statistics.runsHeldUp(),
				millis(statistics.timeHeldUp()));
	}

	static Duration millis(Duration duration) {
		return duration.truncatedTo(ChronoUnit.MILLIS);
	}

	private static Duration micros(Duration duration) {
		return duration.truncatedTo(ChronoUnit.MICROS);
	}

}
