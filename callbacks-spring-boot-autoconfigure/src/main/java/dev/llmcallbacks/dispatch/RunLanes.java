package dev.llmcallbacks.dispatch;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.core.task.TaskExecutor;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback.Delivery;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmStart;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;

/**
 * The lanes of one run: what happens in the run gets to its handlers through here. What
 * is appended is not delivered before that is said.
 */
final class RunLanes {

	private final boolean nested;

	private final RunControl control;

	private final List<Lane> all;

	/** Those whose handlers want to hear of items. */
	private final List<Lane> ofItems;

	private final LaneStart start;

	private final boolean lockstep;

	private final boolean gathers;

	/** Set when the work was held back for want of room in a lane. */
	private volatile boolean starved;

	RunLanes(LiveRun run, RunOpening opening, RunControl control) {
		this.nested = run.isNested();
		this.control = control;
		TaskExecutor executor = opening.manager().executor();
		this.all = opening.hearers().map((handler) -> createLane(run, handler, executor)).toList();
		Class<? extends CallbackEvent> itemEventType = opening.itemEventType();
		this.ofItems = (itemEventType != null) ? wanting(itemEventType) : List.of();
		this.lockstep = this.ofItems.stream().anyMatch(this::isLockstep);
		this.gathers = !this.lockstep && this.ofItems.stream().noneMatch((lane) -> lane.handler().isInline());
		this.start = new LaneStart(this.all, this.lockstep, opening.manager().handOver(), control);
	}

	private static Lane createLane(LiveRun run, BoundHandler handler, TaskExecutor defaultExecutor) {
		if (handler.handler() instanceof AsyncCallbackHandler async) {
			return new AsyncLane(run, handler, async);
		}
		CallbackHandler sync = (CallbackHandler) handler.handler();
		if (handler.isInline()) {
			return new InlineLane(run, handler, sync);
		}
		TaskExecutor executor = handler.settings().executor();
		return new ExecutorLane(run, handler, sync, (executor != null) ? executor : defaultExecutor);
	}

	private List<Lane> wanting(Class<? extends CallbackEvent> eventType) {
		return this.all.stream().filter((lane) -> lane.handler().wants(eventType)).toList();
	}

	private boolean isLockstep(Lane lane) {
		return lane.handler().settings().delivery() == Delivery.LOCKSTEP && !this.nested;
	}

	/**
	 * Let each handler hear of this run after what it is still to hear of those around
	 * it.
	 * @param around the innermost of those, if any
	 */
	void follow(@Nullable LiveRun around) {
		for (Lane lane : this.all) {
			for (LiveRun ancestor = around; ancestor != null; ancestor = ancestor.parent()) {
				Lane before = ancestor.lanes().laneTo(lane.handler());
				if (before != null) {
					ancestor.lanes().control.settle();
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
		return this.all.stream().filter((lane) -> lane.handler() == handler).findFirst().orElse(null);
	}

	/**
	 * Append the run's first event. To be followed by {@link #deliver()}.
	 * @param start the event
	 * @param heard what waits until every handler has finished it
	 */
	void appendStart(RunStart start, Completion heard) {
		Completion completion = this.nested ? null : heard;
		RunStart derived = null;
		for (Lane lane : this.all) {
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
		this.start.now(this.all);
	}

	/**
	 * Tell of something, neither the first nor the last event of the run, nor an item.
	 * @param event the event
	 */
	void tell(CallbackEvent event) {
		this.control.settle();
		for (Lane lane : this.all) {
			if (lane.handler().wants(event.getClass())) {
				lane.append(event, null);
			}
		}
		deliver();
	}

	/**
	 * Append an item's event to the lanes that want it. To be followed by
	 * {@link #deliverItem()}.
	 * @param event the event
	 * @param lockstep what waits for lanes in lockstep
	 */
	void appendItem(CallbackEvent event, @Nullable Completion lockstep) {
		for (Lane lane : this.ofItems) {
			lane.append(event, isLockstep(lane) ? lockstep : null);
		}
	}

	void deliverItem() {
		this.start.item(this.ofItems);
	}

	/**
	 * A burst begins, the events of whose items will be appended together.
	 * @param hot whether another burst is likely to follow at once
	 */
	void beginBurst(boolean hot) {
		this.start.beginBurst(hot);
	}

	/**
	 * Append the events of several items to the lanes that want them. To be followed by
	 * {@link #endBurst()}.
	 * @param burst the events
	 */
	void appendBurst(List<CallbackEvent> burst) {
		for (Lane lane : this.ofItems) {
			lane.appendAll(burst);
		}
	}

	void endBurst() {
		this.start.endBurst(this.ofItems);
	}

	/**
	 * Wait for everything that is in the lanes now.
	 * @param done called when every handler has finished it
	 */
	void drain(Runnable done) {
		Completion completion = new Completion(done);
		this.all.forEach((lane) -> lane.appendMarker(completion));
		deliver();
		completion.arm();
	}

	/**
	 * Tell the run's last event.
	 * @param end the event
	 * @param done called when every handler has finished everything
	 */
	void end(RunEnd end, Runnable done) {
		Completion completion = new Completion(done);
		for (Lane lane : this.all) {
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

	/**
	 * Return how many items the lanes can take.
	 * @return a number of items, {@code Integer.MAX_VALUE} if they can always take one
	 */
	int room() {
		this.control.settle();
		int room = this.lockstep ? 1 : Integer.MAX_VALUE;
		for (Lane lane : this.ofItems) {
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

	boolean wantItems() {
		return !this.ofItems.isEmpty();
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

}
