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
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmStart;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.run.Run;

/**
 * The delivery side of a run that is going on: its lanes, and its place in the tree. What
 * becomes of the run is decided by its {@link RunSubscriber}.
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

	private final boolean lockstep;

	/** Set when the work was held back for want of room in a lane. */
	private volatile boolean starved;

	// guarded by this

	private final Set<LiveRun> children = new HashSet<>();

	private boolean ending;

	private boolean ended;

	private @Nullable Completion whenEnded;

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
		this.lockstep = this.itemLanes.stream().anyMatch(Lane::isLockstep);
		if (this.parent != null) {
			this.parent.childOpened(this);
		}
		if (opening.parent() != null) {
			followParent(opening.parent().live());
		}
		this.liveRuns.opened(this);
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

	// each handler hears of this run after what it is still to hear of those around it
	private void followParent(LiveRun nearest) {
		for (Lane lane : this.lanes) {
			for (LiveRun ancestor = nearest; ancestor != null; ancestor = ancestor.parent) {
				Lane before = ancestor.laneTo(lane.handler());
				if (before != null) {
					lane.gate();
					Completion completion = new Completion(lane::open);
					before.appendMarker(completion);
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
	 * Tell the run's first event.
	 * @param start the event
	 * @param done called when every handler has finished it
	 */
	void start(RunStart start, Runnable done) {
		Completion completion = new Completion(done);
		RunStart derived = (start instanceof ChatModelStart chat) ? LlmStart.of(chat) : start;
		for (Lane lane : this.lanes) {
			RunStart heard = lane.handler().wants(start.getClass()) ? start : derived;
			if (lane.handler().wants(heard.getClass())) {
				lane.append(heard, isNested() ? null : completion);
			}
		}
		this.lanes.forEach(Lane::kick);
		completion.arm();
	}

	@Override
	public void emit(CallbackEvent event) {
		for (Lane lane : this.lanes) {
			if (lane.handler().wants(event.getClass())) {
				lane.append(event, null);
				lane.kick();
			}
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
			lane.append(event, lane.isLockstep() ? lockstep : null);
		}
	}

	void deliverItem() {
		for (Lane lane : this.itemLanes) {
			lane.kick();
		}
	}

	/**
	 * Wait for everything that is in the lanes now.
	 * @param done called when every handler has finished it
	 */
	void drain(Runnable done) {
		Completion completion = new Completion(done);
		this.lanes.forEach((lane) -> lane.appendMarker(completion));
		completion.arm();
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
			this.ending = true;
			open = List.copyOf(this.children);
		}
		Completion childrenEnded = new Completion(() -> sendEnd(end, done));
		for (LiveRun child : open) {
			child.afterEnd(childrenEnded.expect());
			if (end.outcome() != Outcome.COMPLETED) {
				child.cancel(new CancellationException("The run around it has ended"));
			}
		}
		childrenEnded.arm();
		if (isNested()) {
			done.run();
		}
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
		this.lanes.forEach(Lane::kick);
		completion.arm();
	}

	private void ended(@Nullable Runnable done) {
		Completion waiting;
		synchronized (this) {
			this.ended = true;
			waiting = this.whenEnded;
		}
		if (this.parent != null) {
			this.parent.childEnded(this);
		}
		this.context.root().runEnded();
		this.liveRuns.ended(this);
		if (waiting != null) {
			waiting.done(false);
		}
		if (done != null) {
			done.run();
		}
	}

	private void afterEnd(Completion completion) {
		synchronized (this) {
			if (!this.ended) {
				this.whenEnded = completion;
				return;
			}
		}
		completion.done(false);
	}

	private synchronized void childOpened(LiveRun child) {
		if (!this.ending) {
			this.children.add(child);
		}
	}

	private synchronized void childEnded(LiveRun child) {
		this.children.remove(child);
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
