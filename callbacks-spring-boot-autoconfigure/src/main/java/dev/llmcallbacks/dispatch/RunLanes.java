package dev.llmcallbacks.dispatch;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.callback.LlmCallback.Delivery;
import dev.llmcallbacks.dispatch.CoalescingExecutor.Urgency;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmStart;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;

/**
 * Lanes of one run: distributes each event to the handlers that receive it. Events that
 * are appended are delivered only after a {@code signal} method has been called.
 */
final class RunLanes implements Lane.Owner {

	private final boolean nested;

	private final Continuation continuation;

	private final Source source;

	private final List<Lane> all;

	/** Lanes of the handlers that receive the events of items. */
	private final List<Lane> ofItems;

	private final boolean lockstep;

	private final boolean gathers;

	private final boolean blocking;

	/** Whether the work is paused because a lane has no capacity. */
	private volatile boolean paused;

	// written by the thread that passes items on

	private volatile Urgency urgency = Urgency.IMMEDIATE;

	RunLanes(RunHandle run, RunContext context, RunOpening opening, Source source) {
		this.nested = context.insideCallback();
		this.continuation = opening.continuation();
		this.source = source;
		this.all = opening.interestedHandlers()
			.stream()
			.map((handler) -> Lane.create(handler, run, context, this, opening.executors()))
			.toList();
		Class<? extends CallbackEvent> itemEventType = opening.itemEventType();
		this.ofItems = (itemEventType != null) ? receiving(itemEventType) : List.of();
		this.lockstep = this.ofItems.stream().anyMatch(this::isLockstep);
		this.gathers = !this.lockstep && this.ofItems.stream().noneMatch((lane) -> lane.handler().isInline());
		this.blocking = this.ofItems.stream().anyMatch(Lane::onHandlerThread);
	}

	/**
	 * Create a countdown of the run's own: its action continues the run.
	 * @param action the action
	 * @return the countdown
	 */
	Countdown countdown(Runnable action) {
		return new Countdown(action, this.continuation);
	}

	/**
	 * Continue the run on another thread.
	 * @param action the action
	 */
	void continueElsewhere(Runnable action) {
		this.continuation.resume(action, true);
	}

	private List<Lane> receiving(Class<? extends CallbackEvent> eventType) {
		return this.all.stream().filter((lane) -> lane.handler().receives(eventType)).toList();
	}

	private boolean isLockstep(Lane lane) {
		return lane.handler().settings().delivery() == Delivery.LOCKSTEP && !this.nested;
	}

	List<Lane> all() {
		return this.all;
	}

	/**
	 * Let something wait for everything that has happened in this run so far and that a
	 * handler has not received yet.
	 * @param handler the handler
	 * @param countdown what waits
	 * @return whether the handler receives events of this run
	 */
	boolean await(BoundHandler handler, Countdown countdown) {
		for (Lane lane : this.all) {
			if (lane.handler() == handler) {
				this.source.flush();
				lane.queue().appendMarker(countdown, false);
				lane.signal(Urgency.SOON);
				return true;
			}
		}
		return false;
	}

	/**
	 * Append the run's start event. To be followed by {@link #signalAll()}.
	 * @param start the event
	 * @param received what waits until every handler has finished it
	 */
	void appendStart(RunStart start, Countdown received) {
		Countdown countdown = this.nested ? null : received;
		RunStart derived = null;
		for (Lane lane : this.all) {
			if (lane.handler().receives(start.getClass())) {
				lane.queue().append(start, countdown);
			}
			else if (start instanceof ChatModelStart chat && lane.handler().receives(LlmStart.class)) {
				derived = (derived != null) ? derived : LlmStart.of(chat);
				lane.queue().append(derived, countdown);
			}
		}
	}

	void signalAll() {
		this.all.forEach((lane) -> lane.signal(this.urgency));
	}

	/**
	 * Publish an event that is neither the start nor the end of the run, nor an item.
	 * @param event the event
	 * @param capacity waits for the lanes to have capacity for another event, or
	 * {@code null}
	 */
	void emit(CallbackEvent event, @Nullable Countdown capacity) {
		if (event instanceof RunStart || event instanceof RunEnd) {
			throw new IllegalArgumentException("A " + event.getClass().getSimpleName()
					+ " is published by the run itself: publish an event of another type");
		}
		this.source.flush();
		List<Lane> receiving = receiving(event.getClass());
		receiving.forEach((lane) -> lane.queue().append(event, null));
		for (Lane lane : receiving) {
			lane.signal(Urgency.SOON);
			if (capacity != null && !this.nested) {
				lane.queue().awaitCapacity(capacity);
			}
		}
	}

	/**
	 * Append an item's event. To be followed by {@link #signalItem()}.
	 * @param event the event
	 * @param lockstep what waits for lanes in lockstep, or {@code null}
	 */
	void appendItem(CallbackEvent event, @Nullable Countdown lockstep) {
		for (Lane lane : this.ofItems) {
			lane.queue().append(event, isLockstep(lane) ? lockstep : null);
		}
	}

	void signalItem() {
		Urgency urgency = this.lockstep ? Urgency.IMMEDIATE : Urgency.RELAXED;
		if (this.urgency != Urgency.IMMEDIATE) {
			this.urgency = Urgency.IMMEDIATE;
		}
		this.ofItems.forEach((lane) -> lane.signal(urgency));
	}

	/**
	 * Append the events of several items. To be followed by {@link #signalItems}.
	 * @param events the events, not to be changed any more
	 */
	void appendItems(List<CallbackEvent> events) {
		this.ofItems.forEach((lane) -> lane.queue().appendAll(events));
	}

	/**
	 * Have the events of several items delivered.
	 * @param more whether more are likely to follow at once
	 */
	void signalItems(boolean more) {
		Urgency urgency = more ? Urgency.SOON : Urgency.IMMEDIATE;
		if (this.urgency != urgency) {
			this.urgency = urgency;
		}
		for (Lane lane : this.ofItems) {
			if (lane.queue().isPending()) {
				lane.signal((more && !lane.queue().isMoreThanHalfFull()) ? Urgency.SOON : Urgency.IMMEDIATE);
			}
		}
	}

	/**
	 * Wait for everything that is in the lanes now.
	 * @param done called when every handler has finished it
	 */
	void drain(Runnable done) {
		Countdown countdown = countdown(done);
		this.all.forEach((lane) -> lane.queue().appendMarker(countdown, true));
		signalAll();
		countdown.arm();
	}

	/**
	 * Publish the run's terminal event.
	 * @param end the event
	 * @param done called when every handler has finished everything
	 */
	void end(RunEnd end, Runnable done) {
		Countdown countdown = countdown(done);
		for (Lane lane : this.all) {
			if (lane.handler().receives(end.getClass())) {
				lane.queue().appendLast(end, countdown);
			}
			else {
				lane.close(countdown);
			}
		}
		signalAll();
		countdown.arm();
	}

	/**
	 * Return how many items the lanes can take.
	 * @return a number of items, {@code Integer.MAX_VALUE} if there is always capacity
	 */
	int remainingCapacity() {
		if (this.ofItems.isEmpty()) {
			return Integer.MAX_VALUE;
		}
		this.source.flush();
		int capacity = this.lockstep ? 1 : Integer.MAX_VALUE;
		for (Lane lane : this.ofItems) {
			capacity = Math.min(capacity, lane.queue().remainingCapacity());
		}
		return capacity;
	}

	/**
	 * Pause the work until a lane has capacity again.
	 */
	void pauseWork() {
		this.paused = true;
		this.ofItems.forEach(Lane::workPaused);
	}

	@Override
	public boolean isPaused() {
		return this.paused;
	}

	@Override
	public void resume() {
		this.paused = false;
		this.source.resume();
	}

	@Override
	public void raise(CallbackException exception, boolean inEnd) {
		this.source.fail(exception, inEnd);
	}

	boolean receiveItems() {
		return !this.ofItems.isEmpty();
	}

	/**
	 * Whether a handler of the run receives events of a type.
	 * @param type the type of event
	 * @return whether one does
	 */
	boolean receive(Class<? extends CallbackEvent> type) {
		return this.all.stream().anyMatch((lane) -> lane.handler().receives(type));
	}

	boolean isLockstep() {
		return this.lockstep;
	}

	/**
	 * Whether the events of several items may be appended together.
	 * @return whether no handler has to be called for an item before the next one comes
	 */
	boolean mayGather() {
		return this.gathers;
	}

	/**
	 * Whether a handler that receives items is called on threads of its own.
	 * @return whether one is
	 */
	boolean hasBlockingHandlers() {
		return this.blocking;
	}

	/**
	 * Source of the events of the lanes. Its methods are called on any thread.
	 */
	interface Source {

		/**
		 * Fail the run because a handler has failed that may do that.
		 * @param exception the failure
		 * @param inEnd whether the handler failed in the run's terminal event
		 */
		void fail(CallbackException exception, boolean inEnd);

		/**
		 * Cancel the run although its subscriber has not asked for it.
		 * @param reason the error that the subscriber receives
		 */
		void cancel(Throwable reason);

		/**
		 * Return whether the run has been decided to fail or to be cancelled.
		 * @return whether its work is being stopped
		 */
		boolean isAborted();

		/**
		 * Append the events that have been gathered, because another event follows them.
		 */
		void flush();

		/**
		 * Resume the work, as the lanes have capacity again.
		 */
		void resume();

	}

}
