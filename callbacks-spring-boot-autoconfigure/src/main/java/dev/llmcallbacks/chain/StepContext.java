package dev.llmcallbacks.chain;

import java.util.Set;

import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Position of a chain inside the chain that runs it. Passed as an argument, and in the
 * Reactor Context to a chain that is not known to be one of the library's own.
 *
 * @param localTags the tags that the chain's run gets from its position, and that the
 * runs inside do not inherit
 * @param streaming whether the caller receives items as they come
 */
record StepContext(Set<String> localTags, boolean streaming) {

	StepContext(String localTag, boolean streaming) {
		this(Set.of(localTag), streaming);
	}

	static StepContext from(ContextView context, boolean streaming) {
		StepContext written = context.getOrDefault(StepContext.class, null);
		return new StepContext((written != null) ? written.localTags : Set.of(), streaming);
	}

	Context write(Context context) {
		return context.put(StepContext.class, this);
	}

	static Context clear(Context context) {
		return context.delete(StepContext.class);
	}

}
