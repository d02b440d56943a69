package dev.llmcallbacks.dispatch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.callback.LlmCallback.Overflow;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ToolCallChunk;

/**
 * Queue of pending events of one run for one handler, with the state that decides which
 * thread drains it.
 * <p>
 * Any thread may append. An append to an idle queue leaves it <em>pending</em>; the
 * thread that {@linkplain #tryAcquire() acquires} a pending queue polls it until it is
 * empty and then {@linkplain #tryRelease() releases} it. Entries are events,
 * {@link AwaitedEvent awaited events}, and lists of events that arrived together.
 */
final class LaneQueue {

	// The states are int constants rather than an enum: the field changes with every
	// event, and storing a reference in an old-generation object triggers a GC write
	// barrier.

	/** Waits until another lane of the handler has finished what happened before. */
	private static final int HELD = 0;

	private static final int IDLE = 1;

	/** Not empty, and not acquired. */
	private static final int PENDING = 2;

	/** Acquired by a thread that drains the queue or waits for its turn to. */
	private static final int DRAINING = 3;

	private final int capacity;

	private final Overflow overflow;

	/** Whether the queue never holds the run's work back. */
	private final boolean unlimited;

	private final HandlerActivity activity;

	// guarded by this

	private Deque<Object> waiting = new ArrayDeque<>(4);

	/** Number of waiting events and markers, those in lists counted. */
	private int count;

	private int tokens;

	private int highWaterMark;

	private @Nullable List<Countdown> capacityWaiters;

	/** The last entry that something waits for. */
	private @Nullable AwaitedEvent lastAwaited;

	private boolean closed;

	private boolean detached;

	// written under the lock, read without it as a fast check

	private volatile boolean aborted;

	private volatile int state = IDLE;

	// by the thread that drains, or by the thread that has aborted the drain

	/**
	 * Entries that the draining thread has removed from the queue but not yet delivered.
	 * Removing them in batches means contending with producers once per batch instead of
	 * once per event.
	 */
	private Deque<Object> batch = new ArrayDeque<>(4);

	private List<?> currentList = List.of();

	private int nextInList;

	// written by the thread that drains, read by any thread

	private final AtomicInteger batchSize = new AtomicInteger();

	/**
	 * Create an empty queue.
	 * @param capacity number of tokens that may wait
	 * @param overflow what happens to a token that finds the queue full
	 * @param unlimited whether the queue never holds the run's work back
	 * @param activity counts events that are dropped
	 */
	LaneQueue(int capacity, Overflow overflow, boolean unlimited, HandlerActivity activity) {
		this.capacity = capacity;
		this.overflow = (unlimited && overflow == Overflow.BACKPRESSURE) ? Overflow.COALESCE : overflow;
		this.unlimited = unlimited;
		this.activity = activity;
	}

	/**
	 * Hold everything back until {@link #unhold()}.
	 */
	synchronized void hold() {
		this.state = HELD;
	}

	synchronized void unhold() {
		if (this.state == HELD) {
			this.state = (size() > 0) ? PENDING : IDLE;
		}
	}

	/**
	 * Append an event. A token that finds the queue full is merged, or an older token
	 * dropped, as the overflow strategy requires.
	 * @param event the event
	 * @param countdown what waits for the event, or {@code null}
	 */
	synchronized void append(CallbackEvent event, @Nullable Countdown countdown) {
		if (isRefused(event)) {
			this.activity.dropped(this.closed ? 0 : 1);
		}
		else if (countdown != null && !this.detached) {
			// a clock reading per token would be too expensive
			addAwaited(event, countdown, (event instanceof LlmNewToken) ? 0 : System.nanoTime());
		}
		else if (event instanceof LlmNewToken token) {
			appendToken(token);
		}
		else {
			add(event);
		}
	}

	/**
	 * Append events that arrived together.
	 * @param events the events, not to be changed any more
	 */
	synchronized void appendAll(List<CallbackEvent> events) {
		if (this.overflow != Overflow.BACKPRESSURE || events.size() == 1 || isRefused(events.get(0))) {
			events.forEach((event) -> append(event, null));
			return;
		}
		this.waiting.add(events);
		added(events.size());
	}

	/**
	 * Append the run's terminal event.
	 * @param event the event
	 * @param countdown what waits for it
	 */
	synchronized void appendLast(RunEnd event, Countdown countdown) {
		append(event, countdown);
		this.closed = true;
	}

	/**
	 * Close the queue of a handler that does not receive the run's terminal event.
	 * @param countdown what waits for everything in the queue
	 */
	synchronized void close(Countdown countdown) {
		appendMarker(countdown, true);
		this.closed = true;
	}

	/**
	 * Let something wait for everything that is in the queue now.
	 * @param countdown what waits
	 * @param ofRun whether the run itself waits, so that the time is measured
	 */
	synchronized void appendMarker(Countdown countdown, boolean ofRun) {
		if (this.state != IDLE && !this.aborted && !this.detached) {
			if (ofRun) {
				addAwaited(null, countdown, System.nanoTime());
			}
			else {
				add(new AwaitedEvent(null, countdown.expect(), 0));
			}
		}
	}

	private void addAwaited(@Nullable CallbackEvent event, Countdown countdown, long since) {
		this.lastAwaited = new AwaitedEvent(event, countdown.expect(), since);
		add(this.lastAwaited);
	}

	// the last entry that the run waits for
	synchronized @Nullable AwaitedEvent awaited() {
		return (this.lastAwaited != null && !this.lastAwaited.isReleased()) ? this.lastAwaited : null;
	}

	/**
	 * Let something wait until the queue has capacity for another event. Does nothing if
	 * it has.
	 * @param countdown what waits
	 */
	synchronized void awaitCapacity(Countdown countdown) {
		if (!this.unlimited && !this.aborted && !this.detached && isFull()) {
			this.capacityWaiters = (this.capacityWaiters != null) ? this.capacityWaiters : new ArrayList<>(2);
			this.capacityWaiters.add(countdown.expect());
		}
	}

	// detached: nobody waits, so that only what is bounded may be kept
	private boolean isRefused(CallbackEvent event) {
		return this.closed || this.aborted
				|| (this.detached && (event instanceof LlmNewToken || (isFull() && !(event instanceof RunEnd))));
	}

	private void add(Object entry) {
		this.waiting.add(entry);
		this.tokens += isToken(entry) ? 1 : 0;
		added(1);
	}

	private void added(int entries) {
		this.count += entries;
		this.highWaterMark = Math.max(this.highWaterMark, size());
		if (this.state == IDLE) {
			this.state = PENDING;
		}
	}

	private void appendToken(LlmNewToken token) {
		if (this.overflow != Overflow.BACKPRESSURE && isFull()) {
			if (this.overflow == Overflow.COALESCE && coalesce(token)) {
				return;
			}
			if (this.overflow == Overflow.DROP_OLDEST && dropOldestToken()) {
				this.activity.dropped(1);
			}
		}
		add(token);
	}

	/**
	 * Merge a token into the last waiting one of its choice. Tokens of other choices may
	 * stand in between, because handlers distinguish choices; other events may not.
	 * @param token the token
	 * @return whether there was a token to merge it into
	 */
	private boolean coalesce(LlmNewToken token) {
		List<Object> after = new ArrayList<>();
		boolean merged = false;
		while (!merged && !this.waiting.isEmpty() && isToken(this.waiting.getLast())) {
			Object last = this.waiting.removeLast();
			merged = choice(last) == token.choice();
			after.add(merged ? merge(last, token) : last);
		}
		for (int i = after.size() - 1; i >= 0; i--) {
			this.waiting.addLast(after.get(i));
		}
		return merged;
	}

	private boolean dropOldestToken() {
		for (Iterator<Object> entries = this.waiting.iterator(); entries.hasNext();) {
			if (isToken(entries.next())) {
				entries.remove();
				this.tokens--;
				this.count--;
				return true;
			}
		}
		return false;
	}

	/**
	 * Acquire the queue in order to drain it.
	 * @return whether there is something to drain, and no other thread has acquired the
	 * queue
	 */
	boolean tryAcquire() {
		if (this.state != PENDING) {
			return false;
		}
		synchronized (this) {
			if (this.state != PENDING) {
				return false;
			}
			this.state = DRAINING;
			return true;
		}
	}

	/**
	 * Release the queue if it is empty, by the thread that drains it.
	 * @return whether it was empty; if not, the drain has to go on
	 */
	synchronized boolean tryRelease() {
		if (size() > 0) {
			return false;
		}
		this.state = IDLE;
		return true;
	}

	/**
	 * Remove the next entry, by the thread that drains.
	 * @return an event or an {@link AwaitedEvent}; {@code null} when the queue is empty
	 */
	@Nullable Object poll() {
		Object entry = pollBatch();
		return (entry != null) ? entry : refill();
	}

	private synchronized @Nullable Object refill() {
		Object entry;
		if (this.count > 1 && this.overflow == Overflow.BACKPRESSURE) {
			Deque<Object> emptied = this.batch;
			this.batch = this.waiting;
			this.waiting = emptied;
			this.batchSize.setRelease(this.count);
			this.count = 0;
			this.tokens = 0;
			entry = pollBatch();
		}
		else {
			// what may still be merged or dropped stays in the queue
			entry = pollWaiting();
		}
		if (entry != null) {
			this.activity.depth(this.highWaterMark);
		}
		return entry;
	}

	private @Nullable Object pollBatch() {
		int left = this.batchSize.getPlain();
		if (left == 0) {
			return null;
		}
		this.batchSize.setRelease(left - 1);
		if (this.nextInList == this.currentList.size()) {
			Object entry = this.batch.remove();
			if (!(entry instanceof List<?> list)) {
				return entry;
			}
			this.currentList = list;
			this.nextInList = 0;
		}
		return this.currentList.get(this.nextInList++);
	}

	private @Nullable Object pollWaiting() {
		Object entry = this.waiting.poll();
		if (entry == null) {
			return null;
		}
		this.count--;
		this.tokens -= isToken(entry) ? 1 : 0;
		return (entry instanceof CoalescedToken coalesced) ? coalesced.toEvent() : entry;
	}

	/**
	 * Return what waits for capacity, if there is capacity again.
	 * @return the countdowns, each to be counted down once
	 */
	List<Countdown> takeCapacityWaiters() {
		if (this.capacityWaiters == null) {
			return List.of();
		}
		synchronized (this) {
			List<Countdown> waiters = this.capacityWaiters;
			if (waiters == null || (isFull() && !this.aborted && !this.detached)) {
				return List.of();
			}
			this.capacityWaiters = null;
			return waiters;
		}
	}

	/**
	 * Detach the queue from everything that waits for it, because the handler is stuck in
	 * another run: waiting tokens are dropped, other events are kept. Called while no
	 * thread drains the queue.
	 * @return what waited for entries
	 */
	synchronized List<AwaitedEvent> detach() {
		List<AwaitedEvent> released = new ArrayList<>();
		int dropped = 0;
		this.detached = true;
		for (Object entry : removeAll()) {
			CallbackEvent event = AwaitedEvent.event(entry);
			if (entry instanceof AwaitedEvent awaited) {
				released.add(awaited);
			}
			if (event instanceof LlmNewToken) {
				dropped++;
			}
			else if (event != null) {
				add(event);
			}
		}
		this.activity.dropped(dropped);
		return released;
	}

	synchronized void attach() {
		this.detached = false;
	}

	/**
	 * Refuse all events from now on.
	 * @return the entries that were waiting, oldest first
	 */
	synchronized List<Object> abort() {
		this.aborted = true;
		return removeAll();
	}

	private List<Object> removeAll() {
		List<Object> entries = new ArrayList<>();
		for (Object entry = pollBatch(); entry != null; entry = pollBatch()) {
			entries.add(entry);
		}
		for (Object entry = pollWaiting(); entry != null; entry = pollWaiting()) {
			if (entry instanceof List<?> list) {
				this.count -= list.size() - 1;
				entries.addAll(list);
			}
			else {
				entries.add(entry);
			}
		}
		return entries;
	}

	boolean isAborted() {
		return this.aborted;
	}

	boolean isPending() {
		return this.state == PENDING;
	}

	/**
	 * Whether nothing will be delivered any more.
	 * @return whether the queue is closed and empty, or aborted
	 */
	synchronized boolean isTerminated() {
		return this.aborted || (this.closed && this.state == IDLE);
	}

	synchronized boolean isEmpty() {
		return size() == 0;
	}

	// never if it cannot hold the run's work back
	synchronized boolean isMoreThanHalfFull() {
		return !this.detached && !this.aborted && size() > this.capacity / 2;
	}

	/**
	 * Return how many tokens can be appended.
	 * @return a number of tokens, {@code Integer.MAX_VALUE} if there is always capacity
	 */
	synchronized int remainingCapacity() {
		if (this.unlimited || this.aborted || this.detached) {
			return Integer.MAX_VALUE;
		}
		boolean always = switch (this.overflow) {
			case BACKPRESSURE -> false;
			case COALESCE -> !isFull() || (!this.waiting.isEmpty() && isToken(this.waiting.getLast()));
			case DROP_OLDEST -> !isFull() || this.tokens > 0;
		};
		return always ? Integer.MAX_VALUE : Math.max(0, this.capacity - size());
	}

	private boolean isFull() {
		return size() >= this.capacity;
	}

	private int size() {
		return this.count + this.batchSize.getAcquire();
	}

	private static CoalescedToken merge(Object waiting, LlmNewToken token) {
		CoalescedToken coalesced = (waiting instanceof LlmNewToken single) ? new CoalescedToken(single)
				: (CoalescedToken) waiting;
		coalesced.add(token);
		return coalesced;
	}

	private static int choice(Object token) {
		return (token instanceof LlmNewToken single) ? single.choice() : ((CoalescedToken) token).first.choice();
	}

	private static boolean isToken(Object entry) {
		return entry instanceof LlmNewToken || entry instanceof CoalescedToken;
	}

	/** Details of tokens that are joined, which a list is copied for once. */
	private static final class JoinedList extends ArrayList<Object> {

		private static final long serialVersionUID = 1L;

		private JoinedList(List<?> list) {
			super(list);
		}

	}

	/**
	 * Waiting tokens of one choice that become one event. Guarded by the queue.
	 */
	private static final class CoalescedToken {

		private final LlmNewToken first;

		private final StringBuilder text = new StringBuilder();

		private @Nullable StringBuilder reasoning;

		private final List<ToolCallChunk> toolCalls = new ArrayList<>();

		private final Map<String, Object> details = new HashMap<>();

		private ChatChunk last;

		CoalescedToken(LlmNewToken first) {
			this.first = first;
			this.last = first.chunk();
			append(this.last);
		}

		void add(LlmNewToken token) {
			ChatChunk previous = this.last;
			ChatChunk next = token.chunk();
			append(next);
			this.last = new ChatChunk(next.choice(), "", null, List.of(),
					latest(next.finishReason(), previous.finishReason()),
					latest(next.rawFinishReason(), previous.rawFinishReason()), latest(next.usage(), previous.usage()),
					latest(next.model(), previous.model()), latest(next.id(), previous.id()), Map.of(),
					merge(previous.responseDetails(), next.responseDetails()));
		}

		private void append(ChatChunk chunk) {
			this.text.append(chunk.text());
			if (chunk.reasoning() != null) {
				this.reasoning = (this.reasoning != null) ? this.reasoning : new StringBuilder();
				this.reasoning.append(chunk.reasoning());
			}
			this.toolCalls.addAll(chunk.toolCalls());
			chunk.details().forEach((name, value) -> this.details.merge(name, value, CoalescedToken::combine));
		}

		// as ChatChunk documents it
		private static Object combine(Object older, Object newer) {
			if (!(older instanceof List<?> before) || !(newer instanceof List<?> after)) {
				return newer;
			}
			JoinedList all = (before instanceof JoinedList joined) ? joined : new JoinedList(before);
			all.addAll(after);
			return all;
		}

		LlmNewToken toEvent() {
			String text = this.text.toString();
			String reasoning = (this.reasoning != null) ? this.reasoning.toString() : null;
			this.details.replaceAll(
					(name, value) -> (value instanceof JoinedList list) ? Collections.unmodifiableList(list) : value);
			ChatChunk chunk = new ChatChunk(this.first.choice(), text, reasoning, this.toolCalls,
					this.last.finishReason(), this.last.rawFinishReason(), this.last.usage(), this.last.model(),
					this.last.id(), this.details, this.last.responseDetails());
			return new LlmNewToken(this.first.run(), this.first.timestamp(), text, this.first.choice(), chunk);
		}

		private static Map<String, Object> merge(Map<String, Object> older, Map<String, Object> newer) {
			if (older.isEmpty() || newer.isEmpty()) {
				return older.isEmpty() ? newer : older;
			}
			Map<String, Object> all = new HashMap<>(older);
			all.putAll(newer);
			return all;
		}

		private static <T> @Nullable T latest(@Nullable T newer, @Nullable T older) {
			return (newer != null) ? newer : older;
		}

	}

}
