package dev.llmcallbacks.dispatch;

import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

/**
 * What the thread that drains a lane has taken out of it and has not dealt with yet:
 * taken all at once, it meets those who append but once for many. May be looked into by
 * any thread; its lock is entered after the lane's.
 */
final class Hand {

	// guarded by this

	private Deque<Object> entries = new ArrayDeque<>(4);

	// written under the lock, read without it

	private volatile int size;

	/**
	 * Take more, when the hand is empty.
	 * @param more what is taken, the oldest first
	 * @return an empty queue in exchange
	 */
	synchronized Deque<Object> fill(Deque<Object> more) {
		Deque<Object> emptied = this.entries;
		this.entries = more;
		this.size = more.size();
		return emptied;
	}

	@Nullable Object poll() {
		return (this.size > 0) ? pollNow() : null;
	}

	private synchronized @Nullable Object pollNow() {
		Object entry = this.entries.poll();
		this.size = this.entries.size();
		return entry;
	}

	int size() {
		return this.size;
	}

}
