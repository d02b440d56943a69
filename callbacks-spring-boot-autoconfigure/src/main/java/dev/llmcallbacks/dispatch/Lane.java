package dev.llmcallbacks.dispatch;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.callback.LlmCallback.Overflow;
import dev.llmcallbacks.event.CallbackEvent;

/**
 * The events of one run on their way to one handler: ordered, bounded, and handled one at
 * a time.
 * <p>
 * Any thread may append. An append that finds the lane idle leaves it <em>pending</em>,
 * and whoever {@link #kick() kicks} it first begins to drain it; the drain goes on until
 * the lane is empty or its fair share is used up.
 */
abstract class Lane implements CallWatch.Listener {

	/** How many events are handled before others get a chance to use the thread. */
	static final int FAIR_SHARE = 256;

	private final LiveRun run;

	private final BoundHandler handler;

	private final RunContext context;

	private final HandlerFailures failures;

	private final LaneCalls calls;

	private final Hand hand = new Hand();

	// guarded by this

	private final LaneQueue queue;

	private boolean closed;

	// written under the lock, read without it for a first look

	private volatile boolean abandoned;

	private volatile int state = LaneState.IDLE;

	Lane(LiveRun run, BoundHandler handler) {
		this.run = run;
		this.handler = handler;
		this.context = run.context().inside(handler);
		Overflow overflow = handler.settings().overflow();
		boolean coalesce = run.isNested() && overflow == Overflow.BACKPRESSURE;
		this.queue = new LaneQueue(this.hand, handler.settings().bufferSize(), coalesce ? Overflow.COALESCE : overflow);
		this.failures = new HandlerFailures(run, handler);
		this.calls = new LaneCalls(handler, this.failures, this);
	}

	/**
	 * Begin to drain, now that it is this lane's turn. Returns at once unless the handler
	 * is to be called in place.
	 */
	abstract void begin();

	/**
	 * Whether the thread that drains belongs to handlers.
	 * @return {@code false} if it is the one that produced the event or finished the
	 * previous one
	 */
	abstract boolean onHandlerThread();

	/**
	 * Hold everything back until {@link #open()}.
	 */
	final synchronized void gate() {
		this.state = LaneState.GATED;
	}

	final void open() {
		synchronized (this) {
			if (this.state != LaneState.GATED) {
				return;
			}
			this.state = (this.queue.size() > 0) ? LaneState.PENDING : LaneState.IDLE;
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
		lost(1);
	}

	/**
	 * Append the events of a burst. Nothing happens with them before {@link #kick()}.
	 * @param burst the events, not to be changed any more
	 */
	final void appendAll(List<CallbackEvent> burst) {
		synchronized (this) {
			if (!this.closed && !this.abandoned) {
				if (this.queue.givesWay() || burst.size() == 1) {
					burst.forEach(this::admit);
				}
				else {
					this.queue.addAll(burst);
					pend();
				}
				return;
			}
		}
		lost(burst.size());
	}

	private void lost(int events) {
		this.handler.counters().dropped(this.closed ? 0 : events);
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
		if (this.state == LaneState.IDLE) {
			over();
		}
	}

	/**
	 * Let something wait for everything that is in the lane now.
	 * @param completion what waits
	 */
	final synchronized void appendMarker(Completion completion) {
		if (this.state != LaneState.IDLE && !this.abandoned) {
			add(new Entry(null, completion.expect()));
		}
	}

	private void admit(CallbackEvent event) {
		if (!this.queue.admit(event)) {
			this.handler.counters().dropped(1);
		}
		pend();
	}

	private void add(Object entry) {
		this.queue.add(entry);
		pend();
	}

	private void pend() {
		if (this.state == LaneState.IDLE) {
			this.state = LaneState.PENDING;
		}
	}

	/**
	 * See to it that somebody drains the lane.
	 */
	final void kick() {
		if (claim()) {
			this.handler.takeTurn(this);
		}
	}

	/**
	 * Take it on to drain the lane.
	 * @return whether there is anything to drain, and nobody else does
	 */
	final boolean claim() {
		if (this.state != LaneState.PENDING) {
			return false;
		}
		synchronized (this) {
			if (this.state != LaneState.PENDING) {
				return false;
			}
			this.state = LaneState.DRAINING;
			return true;
		}
	}

	final boolean isPending() {
		return this.state == LaneState.PENDING;
	}

	// whether the lane is more than half full
	final synchronized boolean isFilling() {
		return this.queue.size() > this.handler.settings().bufferSize() / 2;
	}

	// how many tokens the lane can take, Integer.MAX_VALUE if it can always take one
	final synchronized int room() {
		return (this.run.isNested() || this.abandoned) ? Integer.MAX_VALUE : this.queue.room();
	}

	/**
	 * Take the next entry, by the thread that drains.
	 * @return an event or an {@link Entry}; {@code null} when the lane is empty and the
	 * drain is over
	 */
	final @Nullable Object next() {
		Object entry = this.hand.poll();
		return (entry != null) ? entry : takeMore();
	}

	private synchronized @Nullable Object takeMore() {
		Object entry = this.queue.take();
		if (entry == null) {
			// before anyone else can begin to drain
			this.calls.leave();
			this.state = LaneState.IDLE;
			if (this.closed) {
				over();
			}
		}
		else {
			this.handler.counters().depth(this.queue.deepest());
		}
		return entry;
	}

	/**
	 * Nothing will be handled any more, and no timer is needed. Called under the lock.
	 */
	void over() {
		this.calls.cancel();
	}

	/**
	 * Whether others are to get a chance now to use the thread, or to enter the handler.
	 * @param handled how many entries the thread has dealt with
	 * @return whether that was its fair share, and there are more
	 */
	final boolean isToPause(int handled) {
		return handled >= FAIR_SHARE && (onHandlerThread() || this.handler.isSerial()) && hasMore();
	}

	private synchronized boolean hasMore() {
		return this.queue.size() > 0;
	}

	/**
	 * The thread that drained is done: the lane is empty, or others are to have a chance.
	 * @param empty whether the lane was empty
	 */
	final void drained(boolean empty) {
		if (!empty) {
			this.calls.leave();
		}
		this.handler.endTurn();
		if (!empty) {
			this.handler.takeTurn(this);
		}
		else if (this.run.lanes().isStarved()) {
			// whoever waits for room may have looked before the last entry was taken
			this.run.lanes().refill();
		}
	}

	/**
	 * An entry has been dealt with. What waits for it may be the application's own code,
	 * and may wait for this lane in turn: so it goes on elsewhere, or when the lane has
	 * been left.
	 * @param entry the entry
	 * @param waiting what is to be {@link Entry#releaseAll released} when the lane has
	 * been left
	 * @return the same, with what waits for this entry
	 */
	final @Nullable List<Entry> passed(Object entry, @Nullable List<Entry> waiting) {
		List<Entry> result = waiting;
		if (entry instanceof Entry awaited) {
			this.calls.count();
			if (onHandlerThread() || this.handler.isSerial()) {
				awaited.release(true);
			}
			else {
				result = (waiting != null) ? waiting : new ArrayList<>(2);
				result.add(awaited);
			}
		}
		if (this.run.lanes().isStarved() && !isFilling()) {
			this.run.lanes().refill();
		}
		return result;
	}

	@Override
	public CallWatch.Overdue takesTooLong() {
		return this.failures.takesTooLong();
	}

	@Override
	public void timedOut(Object entry, CallWatch.Overdue overdue) {
		CallbackEvent event = Entry.event(entry);
		if (event != null) {
			this.failures.timedOut(event, overdue);
		}
		giveUpCall(entry);
		if (entry instanceof Entry awaited) {
			awaited.release(false);
		}
	}

	/**
	 * End the call for an entry if there is a way to, on the timer's thread.
	 * @param entry the entry
	 */
	void giveUpCall(Object entry) {
	}

	@Override
	public void stuck(Object entry) {
		CallbackEvent event = Entry.event(entry);
		this.calls.count();
		List<Object> left = giveUp();
		if (event != null) {
			this.failures.stuck(event, Entry.events(left));
		}
		this.handler.abandoned(this);
		passAll(left);
	}

	/**
	 * Give the lane up because the handler is stuck in another one.
	 */
	final void abandon() {
		List<Object> left = giveUp();
		this.failures.abandoned(Entry.events(left));
		passAll(left);
	}

	// whether the thread that drains is to leave the lane alone
	final boolean isAbandoned() {
		return this.abandoned || this.calls.isStuck();
	}

	private synchronized List<Object> giveUp() {
		this.abandoned = true;
		over();
		return this.queue.clear();
	}

	private void passAll(List<Object> left) {
		List<Entry> waiting = null;
		for (Object entry : left) {
			waiting = passed(entry, waiting);
		}
		Entry.releaseAll(waiting);
	}

	final LaneCalls calls() {
		return this.calls;
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

}
