package dev.llmcallbacks.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.llmcallbacks.dispatch.HandlerRegistration.Instance;

/**
 * State shared by all runs of one tree: the handlers that were created for it. They are
 * destroyed when the last run of the tree has ended, which is the root unless a detached
 * run outlives it; no run joins the tree from then on. Safe for use by any number of
 * threads.
 */
final class RunTreeScope {

	private static final Log logger = LogFactory.getLog(RunTreeScope.class);

	// by any thread

	private final Map<Object, Object> attributes = new ConcurrentHashMap<>();

	// guarded by this

	private final List<Instance> instances = new ArrayList<>();

	private int runs;

	private boolean ended;

	// not under the lock: the application's code may wait for another run of the tree
	Instance create(Function<Map<Object, Object>, Instance> source) {
		Instance instance = source.apply(this.attributes);
		synchronized (this) {
			this.instances.add(instance);
		}
		return instance;
	}

	/**
	 * Let a run join the tree. To be followed by {@link #leave()} if it does.
	 * @return whether it does, because the tree has not ended
	 */
	synchronized boolean tryJoin() {
		if (this.ended) {
			return false;
		}
		this.runs++;
		return true;
	}

	void leave() {
		List<Instance> unused;
		synchronized (this) {
			if (--this.runs > 0) {
				return;
			}
			this.ended = true;
			unused = List.copyOf(this.instances);
			this.instances.clear();
			this.attributes.clear();
		}
		unused.forEach(RunTreeScope::destroy);
	}

	private static void destroy(Instance instance) {
		try {
			instance.destroy().run();
		}
		catch (Throwable ex) {
			HandlerActivity.warn(logger, 1,
					"Handler " + instance.handler().getClass().getName() + " could not be destroyed", ex);
		}
	}

}
