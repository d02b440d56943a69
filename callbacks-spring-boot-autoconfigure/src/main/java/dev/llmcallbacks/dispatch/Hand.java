package dev.llmcallbacks.dispatch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * What the thread that drains a lane has taken out of it and has not dealt with yet:
 * taken all at once, it meets those who append but once for many. Belongs to that thread;
 * when the thread is stuck in a call, and it has been decided that the lane is given up,
 * to whoever gives it up.
 */
final class Hand {

	private Deque<Object> entries = new ArrayDeque<>(4);

	private List<?> burst = List.of();

	private int next;

	/** Read by any thread. */
	private final AtomicInteger size = new AtomicInteger();

	/**
	 * Take more, when the hand is empty.
	 * @param more what is taken, the oldest first: events, {@link Entry entries} and
	 * lists of events
	 * @param size how many events and entries that are
	 * @return an empty queue in exchange
	 */
	Deque<Object> fill(Deque<Object> more, int size) {
		Deque<Object> emptied = this.entries;
		this.entries = more;
		this.size.setRelease(size);
		return emptied;
	}

	/**
	 * Return the next.
	 * @return an event or an entry, or {@code null} if the hand is empty
	 */
	@Nullable Object poll() {
		int left = this.size.getPlain();
		if (left == 0) {
			return null;
		}
		this.size.setRelease(left - 1);
		if (this.next == this.burst.size()) {
			Object entry = this.entries.remove();
			if (!(entry instanceof List<?> together)) {
				return entry;
			}
			this.burst = together;
			this.next = 0;
		}
		return this.burst.get(this.next++);
	}

	int size() {
		return this.size.getAcquire();
	}

}
