package dev.llmcallbacks.dispatch;

import java.util.Comparator;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.run.Run;

/**
 * Everything that a {@link LiveRun} is created from.
 *
 * @param manager the manager that opens it
 * @param registry the manager's open runs
 * @param executors the manager's executors
 * @param run the run
 * @param parent the context in which it was opened, or {@code null}
 * @param attached whether the run is part of its parent's work, and not only begun by it
 * @param handlers the handlers that receive its events, unless they filter it out or it
 * is inside their own callbacks
 * @param inheritableTags the tags that the runs inside it inherit
 * @param root state shared by the whole tree
 * @param model name of the requested model, or {@code null}
 * @param itemEventType type of event that the run's items are, or {@code null}
 * @param context the Reactor Context in which it is opened
 * @param continuation the threads on which it goes on after handlers
 * @param failure why the run fails at once, or {@code null}: a handler with
 * {@code raiseError} could not be prepared
 */
record RunOpening(CallbackManager manager, RunRegistry registry, HandlerExecutors executors, Run run,
		@Nullable RunContext parent, boolean attached, List<BoundHandler> handlers, Set<String> inheritableTags,
		RunTreeScope root, @Nullable String model, @Nullable Class<? extends CallbackEvent> itemEventType,
		Context context, Continuation continuation, @Nullable CallbackException failure) {

	RunContext toContext(RunHandle handle) {
		return new RunContext(handle, this.manager, this.handlers, this.inheritableTags, activeHandlers(), false,
				this.root);
	}

	/**
	 * Whether the run is opened by a handler's callback, and not by the parent's work.
	 * @return whether it is
	 */
	boolean inCallback() {
		return this.parent != null && this.parent.ofCallback();
	}

	/**
	 * Return the handlers that are interested in the run, in the order in which they
	 * receive its events.
	 * @return the handlers
	 */
	List<BoundHandler> interestedHandlers() {
		return this.handlers.stream()
			.filter((handler) -> !activeHandlers().contains(handler) && handler.isInterestedIn(this.run, this.model))
			.sorted(Comparator.comparing(BoundHandler::isInline).reversed().thenComparing(BoundHandler::order))
			.toList();
	}

	private List<BoundHandler> activeHandlers() {
		return (this.parent != null) ? this.parent.activeHandlers() : List.of();
	}

}
