package dev.llmcallbacks.dispatch;

import java.util.List;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.callback.LlmCallback.Delivery;
import dev.llmcallbacks.callback.LlmCallback.Overflow;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunEnd;

/**
 * The events of one run on their way to one handler: ordered, bounded, and handled one at
 * a time.
 * <p>
 * Any thread may append. An append that finds the lane idle leaves it <em>pending</em>,
 * and whoever {@link #kick() kicks} it first begins to drain it; the drain goes on until
 * the lane is empty or its fair share is used up. This is the one place that knows of
 * handlers' failures.
 */
abstract class Lane implements CallWatch.Listener {

	/** How many events are handled before others get a chance to use the thread. */
	static final int FAIR_SHARE = 64;

	private final LiveRun run;

	private final BoundHandler handler;

	private final RunContext context;

	private final Overflow overflow;

	private final CallWatch watch;

	// guarded by this

	private final LaneQueue queue = new LaneQueue();

	private boolean closed;

	private boolean abandoned;

	// written under the lock, read without it for a first look

	private volatile State state = State.IDLE;

	Lane(LiveRun run, BoundHandler handler) {
		this.run = run;
		this.handler = handler;
		this.context = run.context().inside(handler);
		Overflow overflow = handler.settings().overflow();
		this.overflow = (run.isNested() && overflow == Overflow.BACKPRESSURE) ? Overflow.COALESCE : overflow;
		this.watch = new CallWatch(handler.settings().timeout(), this);
	}

	/**
	 * Begin to drain, now that it is this lane's turn. Returns at once unless the handler
	 * is to be called in place.
	 */
	abstract void begin();

	/**
	 * Hold everything back until {@link #open()}.
	 */
	final synchronized void gate() {
		this.state = State.GATED;
	}

	final void open() {
		synchronized (this) {
			if (this.state != State.GATED) {
				return;
			}
			this.state = (this.queue.size() > 0) ? State.PENDING : State.IDLE;
		}
		kick();
	}

	/**
	 * Append an event. Nothing happens with it before {@link #kick()}.
	 * @param event the event
	 * @param completion what waits for the event, if anything does
	 */
	final void append(CallbackEvent event, @Nullable Completion completion) {
		synchronized (this) {
			if (!this.closed && !this.abandoned) {
				if (completion != null) {
					add(new Entry(event, completion.expect()));
				}
				else {
					admit(event);
				}
				return;
			}
		}
		if (!this.closed) {
			this.handler.counters().dropped(1);
		}
	}

	/**
	 * Append the run's last event.
	 * @param event the event
	 * @param completion what waits for it
	 */
	final synchronized void appendLast(CallbackEvent event, Completion completion) {
		append(event, completion);
		this.closed = true;
	}

	/**
	 * Close the lane to a handler that does not want the run's last event.
	 * @param completion what waits for everything that is in the lane
	 */
	final synchronized void close(Completion completion) {
		appendMarker(completion);
		this.closed = true;
		if (this.state == State.IDLE) {
			this.watch.cancel();
		}
	}

	/**
	 * Let something wait for everything that is in the lane now.
	 * @param completion what waits
	 */
	final synchronized void appendMarker(Completion completion) {
		if (this.state != State.IDLE && !this.abandoned) {
			add(new Entry(null, completion.expect()));
		}
	}

	private void admit(CallbackEvent event) {
		if (event instanceof LlmNewToken token && this.queue.size() >= this.handler.settings().bufferSize()) {
			if (this.overflow == Overflow.COALESCE && this.queue.coalesce(token)) {
				return;
			}
			if (this.overflow == Overflow.DROP_OLDEST && this.queue.dropOldestToken()) {
				this.handler.counters().dropped(1);
			}
		}
		add(event);
	}

	private void add(Object entry) {
		this.queue.add(entry);
		this.handler.counters().depth(this.queue.size());
		if (this.state == State.IDLE) {
			this.state = State.PENDING;
		}
	}

	/**
	 * See to it that somebody drains the lane.
	 */
	final void kick() {
		if (this.state != State.PENDING) {
			return;
		}
		synchronized (this) {
			if (this.state != State.PENDING) {
				return;
			}
			this.state = State.DRAINING;
		}
		takeTurn();
	}

	private void takeTurn() {
		Turnstile turnstile = this.handler.turnstile();
		if (turnstile != null) {
			turnstile.enter(this);
		}
		else {
			begin();
		}
	}

	private void endTurn() {
		Turnstile turnstile = this.handler.turnstile();
		if (turnstile != null) {
			turnstile.leave();
		}
	}

	/**
	 * Return how many tokens the lane can take.
	 * @return a number of tokens, {@code Integer.MAX_VALUE} if it can always take one
	 */
	final synchronized int room() {
		if (this.run.isNested() || this.abandoned) {
			return Integer.MAX_VALUE;
		}
		int free = Math.max(0, this.handler.settings().bufferSize() - this.queue.size());
		boolean holdsBack = this.overflow == Overflow.BACKPRESSURE || (free == 0 && !this.queue.hasTokens());
		return holdsBack ? free : Integer.MAX_VALUE;
	}

	final boolean isLockstep() {
		return this.handler.settings().delivery() == Delivery.LOCKSTEP && !this.run.isNested();
	}

	/**
	 * Take the next entry, by the thread that drains.
	 * @return an event or an {@link Entry}; {@code null} when the lane is empty and the
	 * drain is over
	 */
	final @Nullable Object next() {
		synchronized (this) {
			Object entry = this.queue.poll();
			if (entry != null) {
				return entry;
			}
			this.state = State.IDLE;
			if (this.closed) {
				this.watch.cancel();
			}
		}
		return null;
	}

	/**
	 * The thread that drained is done: the lane is empty, or others are to have a chance.
	 * @param empty whether the lane was empty
	 */
	final void drained(boolean empty) {
		endTurn();
		if (!empty) {
			takeTurn();
		}
	}

	final @Nullable CallbackEvent event(Object entry) {
		return (entry instanceof Entry awaited) ? awaited.event() : (CallbackEvent) entry;
	}

	final void calling(Object entry, @Nullable Thread thread) {
		this.watch.begin(entry, thread);
	}

	/**
	 * A call of the handler has returned, by the thread that drains.
	 * @param entry what the handler was called for
	 * @param failure what the handler threw, if it did
	 * @param nanos how long the call took, in nanoseconds
	 * @param handlerThread whether the current thread belongs to handlers
	 */
	final void called(Object entry, @Nullable Throwable failure, long nanos, boolean handlerThread) {
		this.handler.counters().delivered(nanos);
		boolean timedOut = this.watch.end();
		CallbackEvent event = event(entry);
		if (failure != null && event != null && !timedOut) {
			failed(event, failure);
		}
		passed(entry, handlerThread);
	}

	/**
	 * An entry has been dealt with.
	 * @param entry the entry
	 * @param handlerThread whether the current thread belongs to handlers
	 */
	final void passed(Object entry, boolean handlerThread) {
		if (entry instanceof Entry awaited) {
			awaited.release(handlerThread);
		}
		if (this.run.isStarved() && hasRoomAgain()) {
			this.run.refill();
		}
	}

	private synchronized boolean hasRoomAgain() {
		return this.queue.size() <= this.handler.settings().bufferSize() / 2;
	}

	private void failed(CallbackEvent event, Throwable failure) {
		this.handler.registered().failureLog().failed(event, failure, this.handler.counters().failed());
		if (this.handler.settings().raiseError()) {
			this.run.raise(
					new CallbackException("Handler '" + this.handler.name() + "' failed in "
							+ event.getClass().getSimpleName() + " of run " + event.run().id(), failure),
					event instanceof RunEnd);
		}
	}

	@Override
	public void timedOut(Object entry) {
		CallbackEvent event = event(entry);
		if (event != null) {
			this.handler.counters().timedOut();
			failed(event, new TimeoutException("No return within " + this.handler.settings().timeout()
					+ "; allow more with 'callbacks.handlers." + this.handler.name() + ".timeout'"));
		}
		giveUpCall();
		if (entry instanceof Entry awaited) {
			awaited.release(false);
		}
	}

	/**
	 * End the call of the moment if there is a way to, on the timer's thread.
	 */
	void giveUpCall() {
	}

	@Override
	public void stuck(Object entry) {
		CallbackEvent event = event(entry);
		int lost = giveUp();
		if (event != null) {
			this.handler.registered().failureLog().abandoned(event, lost);
		}
		Turnstile turnstile = this.handler.turnstile();
		if (turnstile != null) {
			turnstile.abandoned();
		}
	}

	/**
	 * Give the lane up because the handler is stuck in another one.
	 */
	final void abandon() {
		giveUp();
	}

	final synchronized boolean isAbandoned() {
		return this.abandoned;
	}

	private int giveUp() {
		List<Object> lost;
		synchronized (this) {
			this.abandoned = true;
			lost = this.queue.clear();
		}
		this.handler.counters().dropped(lost.size());
		lost.forEach((entry) -> passed(entry, false));
		return lost.size();
	}

	final BoundHandler handler() {
		return this.handler;
	}

	final LiveRun run() {
		return this.run;
	}

	final RunContext context() {
		return this.context;
	}

	private enum State {

		/** Waits for another lane of the handler to be done with what came before. */
		GATED,

		/** Empty. */
		IDLE,

		/** Not empty, and nobody drains it yet. */
		PENDING,

		/** Somebody drains it, or waits for its turn to. */
		DRAINING

	}

}
