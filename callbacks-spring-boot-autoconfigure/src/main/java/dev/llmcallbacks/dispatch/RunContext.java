package dev.llmcallbacks.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import dev.llmcallbacks.run.Run;

/**
 * State that a run hands down to the runs opened inside it. Immutable.
 *
 * @param handle the run
 * @param manager the manager that opened it
 * @param handlers the handlers that a child run inherits
 * @param tags the tags that a child run inherits
 * @param activeHandlers the handlers inside whose callbacks the work goes on, which
 * receive nothing of a child run
 * @param ofCallback whether this is the context of a handler's callback rather than of
 * the run's own work
 * @param root state shared by the whole tree
 */
record RunContext(RunHandle handle, CallbackManager manager, List<BoundHandler> handlers, Set<String> tags,
		List<BoundHandler> activeHandlers, boolean ofCallback, RunTreeScope root) {

	Run run() {
		return this.handle.run();
	}

	boolean insideCallback() {
		return !this.activeHandlers.isEmpty();
	}

	/**
	 * Return the context of a callback of a handler.
	 * @param handler the handler
	 * @return the context
	 */
	RunContext inside(BoundHandler handler) {
		List<BoundHandler> active = new ArrayList<>(this.activeHandlers);
		active.add(handler);
		return new RunContext(this.handle, this.manager, this.handlers, this.tags, List.copyOf(active), true,
				this.root);
	}

}
