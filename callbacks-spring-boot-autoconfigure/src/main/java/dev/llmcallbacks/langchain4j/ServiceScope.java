package dev.llmcallbacks.langchain4j;

import java.util.UUID;

import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import dev.llmcallbacks.dispatch.CurrentRun;

/**
 * Mark of the run of an AI service, in its Reactor Context. Calls of models and
 * retrievers that are made directly inside such a run are attached to it, so that they
 * end before it and are cancelled with it; streams inside other blocking code may outlive
 * it.
 */
final class ServiceScope {

	private volatile @Nullable UUID runId;

	/**
	 * Return the context in which the run is opened.
	 * @return the context
	 */
	Context context() {
		return Context.of(ServiceScope.class, this);
	}

	/**
	 * The run of the service has been opened.
	 * @param runId the run's id
	 */
	void opened(UUID runId) {
		this.runId = runId;
	}

	/**
	 * Return the context in which a call is made.
	 * @return the context, whose current run is that of the thread if it is a service's
	 */
	static Context attached() {
		ContextView current = CurrentRun.reactorContext(Context.empty());
		ServiceScope scope = current.getOrDefault(ServiceScope.class, null);
		return (scope != null && CurrentRun.get().filter((run) -> run.id().equals(scope.runId)).isPresent())
				? CurrentRun.captureInto(Context.empty()) : Context.empty();
	}

}
