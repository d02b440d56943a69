package dev.llmcallbacks.dispatch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.llmcallbacks.dispatch.HandlerRegistration.Instance;

/**
 * What all runs of one tree share: the handlers that were made for it. They are destroyed
 * when the last run of the tree has ended, which is the root unless a detached run
 * outlives it.
 */
final class RunTreeScope {

	private static final Log logger = LogFactory.getLog(RunTreeScope.class);

	// guarded by this

	private final Map<Object, Object> attributes = new HashMap<>();

	private final List<Instance> instances = new ArrayList<>();

	private int runs;

	synchronized Instance create(Function<Map<Object, Object>, Instance> source) {
		Instance instance = source.apply(this.attributes);
		this.instances.add(instance);
		return instance;
	}

	synchronized void runOpened() {
		this.runs++;
	}

	void runEnded() {
		List<Instance> unused;
		synchronized (this) {
			if (--this.runs > 0) {
				return;
			}
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
		catch (RuntimeException ex) {
			logger.warn("Handler " + instance.handler().getClass().getName() + " could not be destroyed", ex);
		}
	}

}
