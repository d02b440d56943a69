package dev.llmcallbacks.dispatch;

import java.util.ArrayDeque;
import java.util.Deque;
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

	/** Read by any thread. */
	private final AtomicInteger size = new AtomicInteger();

	/**
	 * Take more, when the hand is empty.
	 * @param more what is taken, the oldest first
	 * @return an empty queue in exchange
	 */
	Deque<Object> fill(Deque<Object> more) {
		Deque<Object> emptied = this.entries;
		this.entries = more;
		this.size.setRelease(more.size());
		return emptied;
	}

	@Nullable Object poll() {
		Object entry = this.entries.poll();
		if (entry != null) {
			this.size.setRelease(this.entries.size());
		}
		return entry;
	}

	int size() {
		return this.size.getAcquire();
	}

}
