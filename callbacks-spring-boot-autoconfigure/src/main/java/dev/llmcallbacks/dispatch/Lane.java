package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback.Delivery;
import dev.llmcallbacks.dispatch.CoalescingExecutor.Urgency;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.RunEnd;

/**
 * Delivers the events of one run to one handler: in order, one at a time. Its
 * {@link LaneQueue} holds what is pending; subclasses decide on which thread the queue is
 * drained.
 * <p>
 * Any thread may {@link #signal signal} a lane after it has appended to the queue. The
 * thread that acquires the queue drains it, or has it drained by an executor, until the
 * queue is empty or other lanes are to get a chance. A handler that must not be entered
 * by two threads has an {@link AsyncMutex}, which the lane enters before it drains.
 */
abstract class Lane implements InvocationTimeout.Listener, AsyncMutex.Waiter {

	/** Number of events after which other lanes get a chance to use the thread. */
	private static final int FAIR_SHARE = 256;

	private final BoundHandler handler;

	private final @Nullable AsyncMutex mutex;

	private final RunContext context;

	private final @Nullable ThreadLocalValues threadLocals;

	private final Owner owner;

	private final LaneQueue queue;

	private final HandlerInvoker invoker;

	/** Time since which the run's work is paused because the queue is full, or zero. */
	private final AtomicLong pausedAt = new AtomicLong();

	// by the thread that has acquired the queue

	private Urgency urgency = Urgency.IMMEDIATE;

	Lane(BoundHandler handler, RunHandle run, RunContext context, Owner owner) {
		this.handler = handler;
		this.mutex = handler.mutex();
		this.context = context.inside(handler);
		this.threadLocals = run.threadLocals();
		this.owner = owner;
		HandlerSettings settings = handler.settings();
		this.queue = new LaneQueue(settings.bufferSize(), settings.overflow(), context.insideCallback(),
				handler.activity());
		boolean holdsUp = handler.isInline() || (settings.delivery() == Delivery.LOCKSTEP && !context.insideCallback());
		this.invoker = new HandlerInvoker(handler, this, owner::raise, holdsUp);
	}

	static Lane create(BoundHandler handler, RunHandle run, RunContext context, Owner owner,
			HandlerExecutors executors) {
		if (handler.handler() instanceof AsyncCallbackHandler async) {
			return new AsyncLane(handler, run, context, owner, async);
		}
		CoalescingExecutor executor = handler.isInline() ? null : executors.forHandler(handler.settings().executor());
		return new SyncLane(handler, run, context, owner, (CallbackHandler) handler.handler(), executor);
	}

	/**
	 * Drain the queue, now that it has been acquired, or have it drained by an executor.
	 * @param urgency how soon
	 */
	abstract void begin(Urgency urgency);

	/**
	 * Whether the thread that drains belongs to handlers.
	 * @return {@code false} if it is the one that produced the event or finished the
	 * previous one
	 */
	abstract boolean onHandlerThread();

	/**
	 * Cancel the subscription of a reactive call, on the timer's thread. The thread of a
	 * blocking call is interrupted by {@link InvocationTimeout}. Never throws.
	 * @param entry the entry that the handler was called for
	 */
	void cancelCall(Object entry) {
	}

	/**
	 * Hold all events back until {@link #unhold()}.
	 */
	final void hold() {
		this.queue.hold();
	}

	final void unhold() {
		this.queue.unhold();
		signal(Urgency.SOON);
	}

	/**
	 * Have the queue drained if something is pending and no thread does it yet.
	 * @param urgency how soon
	 */
	final void signal(Urgency urgency) {
		if (this.queue.tryAcquire()) {
			this.urgency = urgency;
			takeTurn();
		}
	}

	private void takeTurn() {
		if (this.mutex != null) {
			this.mutex.enter(this);
		}
		else {
			begin(this.urgency);
		}
	}

	@Override
	public final void begin() {
		this.queue.attach();
		begin(this.urgency);
	}

	/**
	 * Return the call of the handler that is going on. May be called by any thread.
	 * @return the call, or {@code null} if there is none
	 */
	final @Nullable HandlerCall currentCall() {
		return this.invoker.currentCall(this.context.run());
	}

	/**
	 * Return what the run waits for. May be called by any thread.
	 * @return the event that the handler receives or is to receive next, and how long the
	 * run has waited for it; {@code null} if the run does not wait for this handler
	 */
	final @Nullable HandlerCall awaitedCall() {
		AwaitedEvent awaited = this.queue.awaited();
		long since = (awaited != null) ? awaited.since() : this.pausedAt.get();
		if (awaited == null && since == 0) {
			return null;
		}
		HandlerCall current = currentCall();
		if (since == 0) {
			// a token in lockstep
			return current;
		}
		Class<? extends CallbackEvent> event = (current != null) ? current.event()
				: (awaited != null && awaited.event() != null) ? awaited.event().getClass() : null;
		return new HandlerCall(this.handler.name(), this.context.run().id(), event,
				Duration.ofNanos(System.nanoTime() - since));
	}

	/**
	 * Close the queue of a handler that does not receive the run's terminal event.
	 * @param countdown what waits for everything in the queue
	 */
	final void close(Countdown countdown) {
		this.queue.close(countdown);
		closeIfTerminated();
	}

	private void closeIfTerminated() {
		if (this.queue.isTerminated()) {
			this.invoker.close();
		}
	}

	/**
	 * Drain the queue on the current thread, which has acquired it. A call that goes on
	 * when this returns continues the drain when it ends.
	 * @param finished entries that are finished already, or {@code null}
	 * @param thread the thread to interrupt when a call takes too long, or {@code null}
	 */
	final void drain(@Nullable List<AwaitedEvent> finished, @Nullable Thread thread) {
		List<AwaitedEvent> released = finished;
		Progress progress = Progress.PAUSED;
		RunContext previous = CurrentRun.replace(this.context);
		ThreadLocalValues.Scope scope = (this.threadLocals != null)
				? this.threadLocals.set(this.handler.activity()::withoutThreadLocal) : null;
		try {
			int handled = 0;
			do {
				Object entry = isAborted() ? null : this.queue.poll();
				if (entry == null) {
					progress = tryRelease(thread) ? Progress.RELEASED : Progress.GOING_ON;
				}
				else if (deliver(entry)) {
					released = passed(entry, released);
					progress = isToPause(++handled) ? Progress.PAUSED : Progress.GOING_ON;
				}
				else {
					progress = Progress.LEFT;
				}
			}
			while (progress == Progress.GOING_ON);
		}
		finally {
			if (scope != null) {
				scope.close();
			}
			CurrentRun.replace(previous);
			if (progress != Progress.LEFT) {
				leave(progress == Progress.RELEASED);
			}
		}
		AwaitedEvent.releaseAll(released);
	}

	// what was counted is published before another thread can begin to drain
	private boolean tryRelease(@Nullable Thread thread) {
		this.invoker.leave();
		if (isAborted() || this.queue.tryRelease()) {
			return true;
		}
		this.invoker.enter(thread);
		return false;
	}

	// whatever has been thrown, the lane is left, and drained again if it is not empty
	private void leave(boolean released) {
		if (!released) {
			this.invoker.leave();
		}
		if (this.mutex != null) {
			this.mutex.leave();
		}
		if (!released) {
			takeTurn();
			return;
		}
		closeIfTerminated();
		// a producer may have looked for capacity before the last entry was taken
		releaseCapacity();
	}

	/**
	 * Deliver an entry.
	 * @param entry an event or an {@link AwaitedEvent}
	 * @return whether the entry is finished; if not, the lane is left, and its drain goes
	 * on when the call ends
	 */
	private boolean deliver(Object entry) {
		CallbackEvent event = AwaitedEvent.event(entry);
		return event == null || call(entry, event);
	}

	/**
	 * Call the handler. Never throws.
	 * @param entry the entry
	 * @param event its event
	 * @return whether the call has ended
	 */
	abstract boolean call(Object entry, CallbackEvent event);

	private boolean isToPause(int handled) {
		return handled >= FAIR_SHARE && (onHandlerThread() || this.mutex != null) && !this.queue.isEmpty();
	}

	/**
	 * Account for an entry that has been dealt with. What waits for it may be the
	 * application's own code, and may wait for this lane in turn: it runs elsewhere, or
	 * when the lane has been left.
	 * @param entry the entry
	 * @param released what is to be {@link AwaitedEvent#releaseAll released} when the
	 * lane has been left
	 * @return the same, with what waits for this entry
	 */
	final @Nullable List<AwaitedEvent> passed(Object entry, @Nullable List<AwaitedEvent> released) {
		List<AwaitedEvent> result = released;
		if (entry instanceof AwaitedEvent awaited) {
			this.invoker.publish();
			measureWait(awaited);
			if (awaited.event() instanceof RunEnd) {
				this.invoker.reportHeldUp();
			}
			if (onHandlerThread() || this.mutex != null) {
				awaited.release(true);
			}
			else {
				result = (released != null) ? released : new ArrayList<>(2);
				result.add(awaited);
			}
		}
		releaseCapacity();
		return result;
	}

	/**
	 * Measure how long the run's work is paused, if it is because of this lane. Called by
	 * the thread that pauses it, after {@link Owner#isPaused()} has become true.
	 */
	final void workPaused() {
		if (this.pausedAt.compareAndSet(0, System.nanoTime()) && this.queue.remainingCapacity() > 0) {
			this.pausedAt.set(0);
		}
	}

	private void workResumed() {
		long since = this.pausedAt.getAndSet(0);
		if (since != 0) {
			this.invoker.awaited(System.nanoTime() - since);
		}
	}

	private void releaseCapacity() {
		// another lane may have resumed the work before
		boolean paused = this.owner.isPaused();
		if ((paused || this.pausedAt.getPlain() != 0) && !this.queue.isMoreThanHalfFull()) {
			workResumed();
			if (paused) {
				this.owner.resume();
			}
		}
		for (Countdown waiter : this.queue.takeCapacityWaiters()) {
			waiter.done(true);
		}
	}

	@Override
	public final InvocationTimeout.Overdue overdue() {
		return this.invoker.overdue();
	}

	// on the timer's thread, which must not run what waits for the event
	@Override
	public final void timedOut(Object entry, InvocationTimeout.Overdue overdue) {
		CallbackEvent event = AwaitedEvent.event(entry);
		try {
			if (event != null) {
				this.invoker.timedOut(event, overdue);
			}
			cancelCall(entry);
		}
		finally {
			if (entry instanceof AwaitedEvent awaited) {
				measureWait(awaited);
				awaited.release(true);
			}
		}
	}

	// until the run no longer waits
	private void measureWait(AwaitedEvent awaited) {
		if (awaited.since() != 0 && !awaited.isReleased()) {
			this.invoker.awaited(System.nanoTime() - awaited.since());
		}
	}

	@Override
	public final void stuck(Object entry) {
		CallbackEvent event = AwaitedEvent.event(entry);
		this.invoker.publish();
		List<Object> left = this.queue.abort();
		this.invoker.close();
		if (event != null) {
			this.invoker.stuck(event, events(left));
		}
		if (entry instanceof AwaitedEvent awaited) {
			awaited.release(true);
		}
		releaseAborted(left);
		if (this.mutex != null) {
			this.mutex.stuck(this);
		}
	}

	@Override
	public final Runnable detach() {
		if (!this.handler.isShared()) {
			// its instance is destroyed when the tree of runs has ended
			return abort();
		}
		List<AwaitedEvent> released = this.queue.detach();
		return () -> {
			AwaitedEvent.releaseElsewhere(released);
			releaseCapacity();
		};
	}

	@Override
	public final Runnable abort() {
		List<Object> left = this.queue.abort();
		return () -> {
			this.invoker.close();
			this.invoker.abortedBehind(this.context.run(), events(left));
			releaseAborted(left);
		};
	}

	private void releaseAborted(List<Object> left) {
		AwaitedEvent.releaseElsewhere(
				left.stream().filter(AwaitedEvent.class::isInstance).map(AwaitedEvent.class::cast).toList());
		releaseCapacity();
	}

	private static int events(List<Object> entries) {
		return (int) entries.stream().filter((entry) -> AwaitedEvent.event(entry) != null).count();
	}

	private boolean isAborted() {
		return this.queue.isAborted() || this.invoker.isStuck();
	}

	final LaneQueue queue() {
		return this.queue;
	}

	final HandlerInvoker invoker() {
		return this.invoker;
	}

	final BoundHandler handler() {
		return this.handler;
	}

	final RunContext context() {
		return this.context;
	}

	private enum Progress {

		/** The next entry is to be taken. */
		GOING_ON,

		/** The queue was empty and has been released. */
		RELEASED,

		/** Other lanes are to get a chance, or something has been thrown. */
		PAUSED,

		/** A call goes on, and continues the drain when it ends. */
		LEFT

	}

	/**
	 * Run that a lane belongs to. Its methods are called by the threads of lanes and
	 * timers.
	 */
	interface Owner {

		/**
		 * Fail the run because a handler has failed that may do that.
		 * @param exception the failure
		 * @param inEnd whether the handler failed in the run's terminal event
		 */
		void raise(CallbackException exception, boolean inEnd);

		/**
		 * Whether the run's work is paused because a lane has no capacity.
		 * @return whether it is paused
		 */
		boolean isPaused();

		/**
		 * Resume the run's work, as a lane has capacity again.
		 */
		void resume();

	}

}
