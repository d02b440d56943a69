package dev.llmcallbacks.dispatch;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;

import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.core.task.TaskExecutor;
import reactor.util.context.Context;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback.Delivery;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmStart;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.run.Run;

/**
 * The delivery side of a run that is going on: its lanes, and its place in the tree. What
 * becomes of the run is decided by its {@link RunSubscription}.
 */
final class LiveRun implements ActiveRun {

	private static final ContextSnapshotFactory snapshots = ContextSnapshotFactory.builder().build();

	private final Run run;

	private final RunContext context;

	private final @Nullable LiveRun parent;

	private final LiveRuns liveRuns;

	private final RunControl control;

	private final Context reactorContext;

	private final ContextSnapshot snapshot;

	private final List<Lane> lanes;

	private final List<Lane> itemLanes;

	private final LaneStart start;

	private final boolean lockstep;

	private final boolean gathers;

	private final boolean inCallback;

	/** The run in which it was opened, as a part of its work or not. */
	private final @Nullable LiveRun around;

	/** Set when the work was held back for want of room in a lane. */
	private volatile boolean starved;

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
		this.snapshot = snapshots.captureAll(this.reactorContext);
		this.lanes = opening.hearers().map((handler) -> createLane(handler, opening.manager().executor())).toList();
		Class<? extends CallbackEvent> itemEventType = opening.itemEventType();
		this.itemLanes = (itemEventType != null)
				? this.lanes.stream().filter((lane) -> lane.handler().wants(itemEventType)).toList() : List.of();
		this.lockstep = this.itemLanes.stream().anyMatch(this::isLockstep);
		this.start = new LaneStart(this.lanes, this.lockstep, opening.manager().handOver(), control);
		this.gathers = !this.lockstep && this.itemLanes.stream().noneMatch((lane) -> lane.handler().isInline());
		this.inCallback = opening.inCallback();
		this.around = (opening.parent() != null) ? opening.parent().live() : null;
	}

	private boolean isLockstep(Lane lane) {
		return lane.handler().settings().delivery() == Delivery.LOCKSTEP && !isNested();
	}

	private Lane createLane(BoundHandler handler, TaskExecutor defaultExecutor) {
		if (handler.handler() instanceof AsyncCallbackHandler async) {
			return new AsyncLane(this, handler, async);
		}
		CallbackHandler sync = (CallbackHandler) handler.handler();
		if (handler.isInline()) {
			return new InlineLane(this, handler, sync);
		}
		TaskExecutor executor = handler.settings().executor();
		return new ExecutorLane(this, handler, sync, (executor != null) ? executor : defaultExecutor);
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
		followParent();
		this.liveRuns.opened(this);
		return true;
	}

	// each handler hears of this run after what it is still to hear of those around it
	private void followParent() {
		for (Lane lane : this.lanes) {
			for (LiveRun ancestor = this.around; ancestor != null; ancestor = ancestor.parent) {
				Lane before = ancestor.laneTo(lane.handler());
				if (before != null) {
					ancestor.control.settle();
					lane.gate();
					Completion completion = new Completion(lane::open);
					before.appendMarker(completion);
					before.kick();
					completion.arm();
					break;
				}
			}
		}
	}

	private @Nullable Lane laneTo(BoundHandler handler) {
		return this.lanes.stream().filter((lane) -> lane.handler() == handler).findFirst().orElse(null);
	}

	/**
	 * Append the run's first event. To be followed by {@link #deliver()}.
	 * @param start the event
	 * @param heard what waits until every handler has finished it
	 */
	void appendStart(RunStart start, Completion heard) {
		Completion completion = isNested() ? null : heard;
		RunStart derived = null;
		for (Lane lane : this.lanes) {
			if (lane.handler().wants(start.getClass())) {
				lane.append(start, completion);
			}
			else if (start instanceof ChatModelStart chat && lane.handler().wants(LlmStart.class)) {
				derived = (derived != null) ? derived : LlmStart.of(chat);
				lane.append(derived, completion);
			}
		}
	}

	void deliver() {
		this.start.now(this.lanes);
	}

	@Override
	public void emit(CallbackEvent event) {
		this.control.settle();
		for (Lane lane : this.lanes) {
			if (lane.handler().wants(event.getClass())) {
				lane.append(event, null);
			}
		}
		deliver();
	}

	/**
	 * Append the events of several items to the lanes that want them. To be followed by
	 * {@link #endBurst()}.
	 * @param burst the events
	 */
	void appendBurst(List<CallbackEvent> burst) {
		for (Lane lane : this.itemLanes) {
			lane.appendAll(burst);
		}
	}

	/**
	 * Append an item's event to the lanes that want it. To be followed by
	 * {@link #deliverItem()}.
	 * @param event the event
	 * @param lockstep what waits for lanes in lockstep
	 */
	void appendItem(CallbackEvent event, @Nullable Completion lockstep) {
		for (Lane lane : this.itemLanes) {
			lane.append(event, isLockstep(lane) ? lockstep : null);
		}
	}

	void deliverItem() {
		this.start.item(this.itemLanes);
	}

	void beginBurst(boolean hot) {
		this.start.beginBurst(hot);
	}

	void endBurst() {
		this.start.endBurst(this.itemLanes);
	}

	/**
	 * Wait for the runs inside this one, and for everything that is in the lanes then.
	 * @param done called when every handler has finished it
	 */
	void drain(Runnable done) {
		afterChildren(() -> {
			Completion completion = new Completion(done);
			this.lanes.forEach((lane) -> lane.appendMarker(completion));
			deliver();
			completion.arm();
		});
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
		afterChildren(() -> sendEnd(end, done));
		if (isNested()) {
			done.run();
		}
	}

	static CancellationException runAroundHasEnded() {
		return new CancellationException("The run around it has ended");
	}

	private void sendEnd(RunEnd end, Runnable done) {
		Completion completion = new Completion(() -> ended(isNested() ? null : done));
		for (Lane lane : this.lanes) {
			if (lane.handler().wants(end.getClass())) {
				lane.appendLast(end, completion);
			}
			else {
				lane.close(completion);
			}
		}
		deliver();
		completion.arm();
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
	 * Return how many items the lanes can take.
	 * @return a number of items, {@code Integer.MAX_VALUE} if they can always take one
	 */
	int room() {
		this.control.settle();
		int room = this.lockstep ? 1 : Integer.MAX_VALUE;
		for (Lane lane : this.itemLanes) {
			room = Math.min(room, lane.room());
		}
		return room;
	}

	void starve() {
		this.starved = true;
	}

	boolean isStarved() {
		return this.starved;
	}

	void refill() {
		this.starved = false;
		this.control.refill();
	}

	boolean hasItemLanes() {
		return !this.itemLanes.isEmpty();
	}

	boolean isLockstep() {
		return this.lockstep;
	}

	/**
	 * Whether lanes may get the events of several items together.
	 * @return whether no handler is to be called for an item before the next one comes
	 */
	boolean mayGather() {
		return this.gathers;
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

	RunContext context() {
		return this.context;
	}

	Context reactorContext() {
		return this.reactorContext;
	}

	ContextSnapshot snapshot() {
		return this.snapshot;
	}

}
