package dev.llmcallbacks.autoconfigure.actuate;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.core.task.TaskExecutor;

import dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksDescriptor.Handler;
import dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksDescriptor.LiveRun;
import dev.llmcallbacks.dispatch.CallbackManager;

/**
 * {@link Endpoint @Endpoint} that shows the handlers of a {@link CallbackManager}, the
 * executors that they are called on, and the runs that are going on; switches handlers
 * off and on; and cancels runs. Nothing that an application sends to a model, gets from
 * it or attaches to a run is shown.
 */
@Endpoint(id = "llmcallbacks")
public final class LlmCallbacksEndpoint {

	private final CallbackManager callbackManager;

	private final Map<String, TaskExecutor> executors;

	/**
	 * Create an endpoint.
	 * @param callbackManager the manager that is asked and told
	 * @param executors the executors that handlers may be called on, by the names of
	 * their beans
	 */
	public LlmCallbacksEndpoint(CallbackManager callbackManager, Map<String, TaskExecutor> executors) {
		this.callbackManager = callbackManager;
		this.executors = Map.copyOf(executors);
	}

	/**
	 * Describe handlers, executors and runs as they are now.
	 * @return the description
	 */
	@ReadOperation
	public LlmCallbacksDescriptor describe() {
		DescribedHandlers described = new DescribedHandlers(this.callbackManager.handlers(), this.executors);
		return new LlmCallbacksDescriptor(described.handlers(), described.executors(), openRuns().describe());
	}

	private RunForest openRuns() {
		return new RunForest(this.callbackManager.runs(), Instant.now());
	}

	/**
	 * Switch a handler off or on, for runs that open from now on.
	 * @param handler the handler's name
	 * @param enabled whether it is to be called
	 * @return the handler, or {@code null} if there is none of that name
	 */
	@WriteOperation
	public @Nullable Handler setEnabled(@Selector String handler, boolean enabled) {
		return this.callbackManager.setEnabled(handler, enabled) ? describe().handlers().get(handler) : null;
	}

	/**
	 * Cancel a run and the runs inside it.
	 * @param run the run's id
	 * @return the run as it was, or {@code null} if no such run is going on
	 */
	@DeleteOperation
	public @Nullable LiveRun cancel(@Selector UUID run) {
		LiveRun open = openRuns().describe(run);
		return this.callbackManager.cancel(run) ? open : null;
	}

}
