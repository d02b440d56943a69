package dev.llmcallbacks.dispatch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.callback.LlmCallback.Overflow;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.LlmNewToken;

/**
 * What waits in a lane, oldest first: events, {@link Entry entries}, lists of events that
 * came together and, where tokens give way, {@link CoalescedToken coalesced tokens}.
 * Guarded by the lane.
 */
final class LaneQueue {

	private final Hand hand;

	private Deque<Object> waiting = new ArrayDeque<>(4);

	private final int capacity;

	private final Overflow overflow;

	/** How many events and entries wait, those in lists counted. */
	private int count;

	private int tokens;

	private int deepest;

	LaneQueue(Hand hand, int capacity, Overflow overflow) {
		this.hand = hand;
		this.capacity = capacity;
		this.overflow = overflow;
	}

	int size() {
		return this.count + this.hand.size();
	}

	boolean isFull() {
		return size() >= this.capacity;
	}

	/**
	 * Return how many tokens can be taken in.
	 * @return a number of tokens, {@code Integer.MAX_VALUE} if one can always be taken in
	 */
	int room() {
		boolean givesWay = switch (this.overflow) {
			case BACKPRESSURE -> false;
			case COALESCE -> !isFull() || isToken(this.waiting.getLast());
			case DROP_OLDEST -> !isFull() || this.tokens > 0;
		};
		return givesWay ? Integer.MAX_VALUE : Math.max(0, this.capacity - size());
	}

	/**
	 * Add an event; a token may find the queue full where it, or an older one, gives way.
	 * @param event the event
	 * @return {@code false} if an older token was dropped
	 */
	boolean admit(CallbackEvent event) {
		boolean full = givesWay() && event instanceof LlmNewToken && isFull();
		if (full && coalesce((LlmNewToken) event)) {
			return true;
		}
		boolean dropped = full && dropOldestToken();
		add(event);
		return !dropped;
	}

	void add(Object entry) {
		this.waiting.add(entry);
		this.tokens += isToken(entry) ? 1 : 0;
		this.count++;
		this.deepest = Math.max(this.deepest, size());
	}

	/**
	 * Add events that came together, where none {@link #givesWay() gives way}.
	 * @param burst at least two events, not to be changed any more
	 */
	void addAll(List<CallbackEvent> burst) {
		this.waiting.add(burst);
		this.count += burst.size();
		this.deepest = Math.max(this.deepest, size());
	}

	/**
	 * Whether tokens that find the queue full have to be dealt with.
	 * @return whether there is any other way than not to add them
	 */
	boolean givesWay() {
		return this.overflow != Overflow.BACKPRESSURE;
	}

	/**
	 * Return how many have waited at one time at most.
	 * @return the largest number
	 */
	int deepest() {
		return this.deepest;
	}

	/**
	 * Take the oldest, and the others into the hand unless there are none, or they may
	 * still be merged or dropped.
	 * @return the oldest, or {@code null}
	 */
	@Nullable Object take() {
		if (this.count <= 1 || givesWay()) {
			return poll();
		}
		this.waiting = this.hand.fill(this.waiting, this.count);
		this.count = 0;
		return this.hand.poll();
	}

	private @Nullable Object poll() {
		Object entry = this.waiting.poll();
		if (entry == null) {
			return null;
		}
		this.count--;
		this.tokens -= isToken(entry) ? 1 : 0;
		return (entry instanceof CoalescedToken coalesced) ? coalesced.toEvent() : entry;
	}

	/**
	 * Merge a token into the last waiting one of its choice. Tokens of other choices may
	 * stand in between, for choices are told apart by whoever listens; other events may
	 * not.
	 * @param token the token
	 * @return whether tokens are merged here, and there was one to merge it into
	 */
	boolean coalesce(LlmNewToken token) {
		if (this.overflow != Overflow.COALESCE) {
			return false;
		}
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

	/**
	 * Drop the oldest waiting token.
	 * @return whether tokens are dropped here, and there was one
	 */
	boolean dropOldestToken() {
		if (this.overflow != Overflow.DROP_OLDEST) {
			return false;
		}
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
	 * Take everything, also out of the hand.
	 * @return the events and entries, the oldest first
	 */
	List<Object> clear() {
		List<Object> entries = new ArrayList<>();
		for (Object entry = this.hand.poll(); entry != null; entry = this.hand.poll()) {
			entries.add(entry);
		}
		for (Object entry = take(); entry != null; entry = givesWay() ? poll() : this.hand.poll()) {
			entries.add(entry);
		}
		return entries;
	}

	private static CoalescedToken merge(Object waiting, LlmNewToken token) {
		CoalescedToken coalesced = (waiting instanceof LlmNewToken single) ? new CoalescedToken(single)
				: (CoalescedToken) waiting;
		coalesced.add(token);
		return coalesced;
	}

	private static int choice(Object token) {
		return (token instanceof LlmNewToken single) ? single.choice() : ((CoalescedToken) token).choice();
	}

	private static boolean isToken(Object entry) {
		return entry instanceof LlmNewToken || entry instanceof CoalescedToken;
	}

}
