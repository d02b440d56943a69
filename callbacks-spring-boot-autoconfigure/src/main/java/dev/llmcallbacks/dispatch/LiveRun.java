package dev.llmcallbacks.dispatch;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;

import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.run.Run;

/**
 * Open run in its place in the tree of runs. Its {@link RunSubscription} decides how it
 * ends. Safe for use by any number of threads.
 */
final class LiveRun implements RunHandle {

	private final Run run;

	private final @Nullable String model;

	private final RunContext context;

	/** Run whose work this run is part of, or {@code null}. */
	private final @Nullable LiveRun parent;

	/** Run in which this one was opened, whether or not as part of its work. */
	private final @Nullable LiveRun enclosing;

	private final RunRegistry registry;

	private final RunLanes.Source source;

	private final Context reactorContext;

	private final @Nullable ThreadLocalValues threadLocals;

	private final RunLanes lanes;

	private final boolean inCallback;

	// guarded by this

	private final Set<LiveRun> children = new HashSet<>();

	private @Nullable Runnable whenChildless;

	/** Set when the terminal event only waits for those of the runs inside this one. */
	private @Nullable Outcome outcome;

	LiveRun(RunOpening opening, Context reactorContext, RunLanes.Source source) {
		this.run = opening.run();
		this.model = opening.model();
		this.enclosing = (opening.parent() != null) ? (LiveRun) opening.parent().handle() : null;
		this.parent = opening.attached() ? this.enclosing : null;
		this.registry = opening.registry();
		this.source = source;
		this.context = opening.toContext(this);
		this.reactorContext = CurrentRun.write(this.context, reactorContext);
		this.threadLocals = ThreadLocalValues.capture(this.reactorContext,
				(this.enclosing != null) ? this.enclosing.threadLocals : null);
		this.lanes = new RunLanes(this, this.context, opening, source);
		this.inCallback = opening.inCallback();
	}

	/**
	 * Take the place in the tree and among the open runs.
	 * @return {@code false} if the parent has been cancelled or has failed, so that its
	 * work opens no more runs
	 */
	boolean open() {
		if (this.parent != null && !this.parent.childOpened(this, this.inCallback)) {
			return false;
		}
		followEnclosing();
		this.registry.add(this);
		for (Lane lane : this.lanes.all()) {
			if (lane.handler().handler() instanceof EventSubscription subscription) {
				subscription.opened(this.run);
			}
		}
		return true;
	}

	// each handler receives this run's events after what has happened around it before
	private void followEnclosing() {
		for (Lane lane : this.lanes.all()) {
			lane.hold();
			Countdown countdown = new Countdown(lane::unhold);
			LiveRun ancestor = this.enclosing;
			while (ancestor != null && !ancestor.lanes.await(lane.handler(), countdown)) {
				ancestor = ancestor.parent;
			}
			countdown.arm();
		}
	}

	@Override
	public void emit(CallbackEvent event) {
		this.lanes.emit(event, null);
	}

	@Override
	public void emit(CallbackEvent event, Countdown capacity) {
		this.lanes.emit(event, capacity);
	}

	/**
	 * Wait for the runs inside this one, and for everything that is in the lanes then.
	 * @param done called when every handler has finished it
	 */
	void drain(Runnable done) {
		afterChildren(() -> this.lanes.drain(done));
	}

	/**
	 * Publish the run's terminal event, after those of the runs inside it.
	 * @param end the event
	 * @param done called when every handler has finished it; at once when handlers are
	 * not waited for in this run
	 */
	void end(RunEnd end, Runnable done) {
		List<LiveRun> open;
		synchronized (this) {
			this.outcome = end.outcome();
			open = List.copyOf(this.children);
		}
		if (end.outcome() != Outcome.COMPLETED) {
			RunRegistry.cancelAll(open, enclosingRunHasEnded());
		}
		afterChildren(() -> this.lanes.end(end, () -> ended(isNested() ? null : done)));
		if (isNested()) {
			done.run();
		}
	}

	/**
	 * Return whether the run in which this one was opened has failed or been cancelled,
	 * which may stop the work of this run before it is cancelled itself.
	 * @return whether it has
	 */
	boolean isEnclosingRunAborted() {
		return this.enclosing != null && this.enclosing.source.isAborted();
	}

	static CancellationException enclosingRunHasEnded() {
		return new CancellationException("The enclosing run has ended");
	}

	private void ended(@Nullable Runnable done) {
		// before the parent, whose caller may ask which runs are open
		this.context.root().leave();
		this.registry.remove(this);
		try {
			if (this.parent != null) {
				this.parent.childEnded(this);
			}
		}
		finally {
			if (done != null) {
				done.run();
			}
		}
	}

	/**
	 * Discard a run of which no handler has received anything.
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

	@Override
	public void cancel(Throwable reason) {
		this.source.cancel(reason);
	}

	/**
	 * Whether the run was opened inside a handler's callback. Handlers are not waited for
	 * then, because they may wait for the run.
	 * @return whether it was
	 */
	boolean isNested() {
		return this.context.insideCallback();
	}

	@Override
	public Run run() {
		return this.run;
	}

	@Override
	public RunStatus status() {
		return new RunStatus(this.run, this.model,
				this.lanes.all().stream().map(Lane::awaitedCall).filter(Objects::nonNull).toList());
	}

	@Override
	public Map<RegisteredHandler, HandlerCall> calls() {
		Map<RegisteredHandler, HandlerCall> calls = new HashMap<>();
		for (Lane lane : this.lanes.all()) {
			HandlerCall call = lane.currentCall();
			if (call != null) {
				calls.put(lane.handler().registered(), call);
			}
		}
		return calls;
	}

	RunLanes lanes() {
		return this.lanes;
	}

	RunContext context() {
		return this.context;
	}

	@Override
	public Context reactorContext() {
		return this.reactorContext;
	}

	@Override
	public @Nullable ThreadLocalValues threadLocals() {
		return this.threadLocals;
	}

}
