package dev.llmcallbacks.langchain4j;

import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.dispatch.OpenRun;
import dev.llmcallbacks.dispatch.RunSpec;

/**
 * What the runs of calls through LangChain4j are opened with. Thread-safe.
 */
final class Bridge {

	/**
	 * Managers of applications whose calls through LangChain4j are runs. LangChain4j
	 * finds the factory of the contexts of AI services by a service file, so that it
	 * cannot be given a manager.
	 */
	private static final Set<CallbackManager> ENABLED = Collections
		.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

	private final Supplier<CallbackManager> manager;

	private final boolean observed;

	/**
	 * Create a bridge.
	 * @param manager supplies the manager that opens runs where there is no current run
	 * @param observed whether observations and meters of the library include calls of
	 * models
	 */
	Bridge(Supplier<CallbackManager> manager, boolean observed) {
		this.manager = manager;
		this.observed = observed;
	}

	/**
	 * Let the tools of AI services that are called inside runs of the manager be runs.
	 */
	void enable() {
		ENABLED.add(this.manager.get());
	}

	/**
	 * Return the manager that opens a run on the current thread.
	 * @return the manager of the current run, else the application's
	 */
	CallbackManager manager() {
		return CurrentRun.manager(Context.empty(), this.manager.get());
	}

	/**
	 * Return the specification of a model's run.
	 * @param spec the specification of the run
	 * @return the specification, with what the settings say of observations
	 */
	RunSpec ofModel(RunSpec spec) {
		return this.observed ? spec : spec.unobserved();
	}

	/**
	 * Capture the current run of the thread, if calls through LangChain4j are runs of its
	 * manager.
	 * @return a Reactor Context whose current run is that of the thread, or {@code null}
	 */
	static @Nullable Context capture() {
		return (CurrentRun.get().isPresent() && ENABLED.contains(CurrentRun.manager(Context.empty(), null)))
				? CurrentRun.captureInto(Context.empty()) : null;
	}

	/**
	 * Return whether the current run of a context is that of the thread, too.
	 * @param context the context
	 * @return whether the thread has the same current run
	 */
	static boolean isCurrent(Context context) {
		return Objects.equals(CurrentRun.from(context), CurrentRun.get());
	}

	/**
	 * End a run whose call has failed, and wait for its handlers. What a handler throws
	 * is added to the error as a suppressed exception.
	 * @param run the run
	 * @param error what the call has failed with
	 */
	static void fail(OpenRun<?> run, Throwable error) {
		run.fail(error);
		try {
			run.awaitEnd();
		}
		catch (Throwable ex) {
			if (ex != error) {
				error.addSuppressed(ex);
			}
		}
	}

}
