package dev.llmcallbacks.dispatch;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.run.Run;

/**
 * A run that is going on, in its place in the tree of runs. What becomes of it is decided
 * by its {@link RunSubscription}.
 */
final class LiveRun implements ActiveRun {

	private static final ContextSnapshotFactory snapshots = ContextSnapshotFactory.builder().build();

	private final Run run;

	private final RunContext context;

	private final @Nullable LiveRun parent;

	private final LiveRuns liveRuns;

	private final RunControl control;

	private final Context reactorContext;

	private final @Nullable ContextSnapshot snapshot;

	private final RunLanes lanes;

	private final boolean inCallback;

	/** The run in which it was opened, as a part of its work or not. */
	private final @Nullable LiveRun around;

	// guarded by this

	private final Set<LiveRun> children = new HashSet<>();

	private @Nullable Runnable whenChildless;

	/** Set when the run's last event is only waiting for those of the runs inside it. */
	private @Nullable Outcome outcome;

	LiveRun(RunOpening opening, Context reactorContext, RunControl control) {
		this.run = opening.run();
		this.parent = opening.attachedParent();
		this.liveRuns = opening.manager().liveRuns();
		this.control = control;
		this.context = opening.toContext(this);
		this.reactorContext = CurrentRun.write(this.context, reactorContext);
		this.snapshot = capture(this.reactorContext);
		this.lanes = new RunLanes(this, opening, control);
		this.inCallback = opening.inCallback();
		this.around = (opening.parent() != null) ? opening.parent().live() : null;
	}

	private static @Nullable ContextSnapshot capture(Context context) {
		boolean anything = ContextRegistry.getInstance()
			.getThreadLocalAccessors()
			.stream()
			.filter((accessor) -> !CurrentRun.KEY.equals(accessor.key()))
			.anyMatch((accessor) -> context.hasKey(accessor.key()) || accessor.getValue() != null);
		return anything ? snapshots.captureAll(context) : null;
	}

	/**
	 * Take the place in the tree, and among the runs that are going on.
	 * @return whether there is a place: work that goes on although its run was cancelled,
	 * or has failed, opens no more runs
	 */
	boolean open() {
		if (this.parent != null && !this.parent.childOpened(this, this.inCallback)) {
			return false;
		}
		this.lanes.follow(this.around);
		this.liveRuns.opened(this);
		return true;
	}

	@Override
	public void emit(CallbackEvent event) {
		this.lanes.tell(event);
	}

	/**
	 * Wait for the runs inside this one, and for everything that is in the lanes then.
	 * @param done called when every handler has finished it
	 */
	void drain(Runnable done) {
		afterChildren(() -> this.lanes.drain(done));
	}

	/**
	 * Tell the run's last event, after those of the runs inside it.
	 * @param end the event
	 * @param done called when every handler has finished it; at once when nobody waits
	 * for handlers in this run
	 */
	void end(RunEnd end, Runnable done) {
		List<LiveRun> open;
		synchronized (this) {
			this.outcome = end.outcome();
			open = List.copyOf(this.children);
		}
		if (end.outcome() != Outcome.COMPLETED) {
			open.forEach((child) -> child.cancel(runAroundHasEnded()));
		}
		afterChildren(() -> this.lanes.end(end, () -> ended(isNested() ? null : done)));
		if (isNested()) {
			done.run();
		}
	}

	static CancellationException runAroundHasEnded() {
		return new CancellationException("The run around it has ended");
	}

	private void ended(@Nullable Runnable done) {
		if (this.parent != null) {
			this.parent.childEnded(this);
		}
		this.context.root().runEnded();
		this.liveRuns.ended(this);
		if (done != null) {
			done.run();
		}
	}

	/**
	 * Forget a run that nobody has heard of.
	 */
	void discard() {
		ended(null);
	}

	// the last action counts; an earlier one has become pointless
	private void afterChildren(Runnable action) {
		synchronized (this) {
			if (!this.children.isEmpty()) {
				this.whenChildless = action;
				return;
			}
		}
		action.run();
	}

	private boolean childOpened(LiveRun child, boolean inCallback) {
		synchronized (this) {
			if (this.outcome == null) {
				this.children.add(child);
				return true;
			}
			return inCallback || this.outcome == Outcome.COMPLETED;
		}
	}

	private void childEnded(LiveRun child) {
		Runnable action;
		synchronized (this) {
			if (!this.children.remove(child) || !this.children.isEmpty()) {
				return;
			}
			action = this.whenChildless;
			this.whenChildless = null;
		}
		if (action != null) {
			action.run();
		}
	}

	/**
	 * Cancel the run although its subscriber did not ask for it.
	 * @param reason what the subscriber is told
	 */
	void cancel(Throwable reason) {
		this.control.cancel(reason);
	}

	void raise(CallbackException exception, boolean inEnd) {
		this.control.fail(exception, inEnd);
	}

	/**
	 * Whether the run was opened inside a handler's callback. Nobody waits for handlers
	 * then: they may be waiting for the run.
	 * @return whether nobody waits
	 */
	boolean isNested() {
		return this.context.insideCallback();
	}

	@Override
	public Run run() {
		return this.run;
	}

	RunLanes lanes() {
		return this.lanes;
	}

	@Nullable LiveRun parent() {
		return this.parent;
	}

	RunContext context() {
		return this.context;
	}

	Context reactorContext() {
		return this.reactorContext;
	}

	@Nullable ContextSnapshot snapshot() {
		return this.snapshot;
	}

}
