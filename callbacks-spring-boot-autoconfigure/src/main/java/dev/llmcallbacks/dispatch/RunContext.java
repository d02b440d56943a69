package dev.llmcallbacks.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import dev.llmcallbacks.run.Run;

/**
 * What a run hands down to the runs that are opened inside it. Immutable.
 *
 * @param live the run
 * @param manager the manager that opened it
 * @param handlers the handlers that a child run inherits
 * @param tags the tags that a child run inherits
 * @param entered the handlers inside whose callbacks the work goes on; a child run is not
 * told to them
 * @param root what the whole tree shares
 */
record RunContext(LiveRun live, CallbackManager manager, List<BoundHandler> handlers, Set<String> tags,
		List<BoundHandler> entered, RunTreeScope root) {

	Run run() {
		return this.live.run();
	}

	boolean insideCallback() {
		return !this.entered.isEmpty();
	}

	RunContext inside(BoundHandler handler) {
		List<BoundHandler> entered = new ArrayList<>(this.entered);
		entered.add(handler);
		return new RunContext(this.live, this.manager, this.handlers, this.tags, List.copyOf(entered), this.root);
	}

}
