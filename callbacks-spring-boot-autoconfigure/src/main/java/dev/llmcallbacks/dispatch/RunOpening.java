package dev.llmcallbacks.dispatch;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.run.Run;

/**
 * What a {@link LiveRun} is made of.
 *
 * @param manager the manager that opens it
 * @param run the run
 * @param parent the context in which it was opened, if any
 * @param attached whether the run is a part of its parent's work, and not only begun by
 * it
 * @param handlers the handlers that hear of it, unless they filter it out or it is inside
 * their own callbacks
 * @param inheritableTags the tags that the runs inside it inherit
 * @param root what the whole tree shares
 * @param model the model that will be asked, if any
 * @param itemEventType the type of event that the run's items are, if any
 */
record RunOpening(DefaultCallbackManager manager, Run run, @Nullable RunContext parent, boolean attached,
		List<BoundHandler> handlers, Set<String> inheritableTags, RunTreeScope root, @Nullable String model,
		@Nullable Class<? extends CallbackEvent> itemEventType) {

	@Nullable LiveRun attachedParent() {
		return (this.attached && this.parent != null) ? this.parent.live() : null;
	}

	RunContext toContext(LiveRun live) {
		return new RunContext(live, this.manager, this.handlers, this.inheritableTags, entered(), this.root);
	}

	/**
	 * Whether the run is opened by a handler's callback, and not by the parent's work.
	 */
	boolean inCallback() {
		return this.parent != null && this.parent.live().context().entered().size() < this.parent.entered().size();
	}

	Stream<BoundHandler> hearers() {
		return this.handlers.stream()
			.filter((handler) -> !entered().contains(handler) && handler.hears(this.run, this.model))
			.sorted(Comparator.comparing(BoundHandler::isInline).reversed().thenComparing(BoundHandler::order));
	}

	private List<BoundHandler> entered() {
		return (this.parent != null) ? this.parent.entered() : List.of();
	}

}
