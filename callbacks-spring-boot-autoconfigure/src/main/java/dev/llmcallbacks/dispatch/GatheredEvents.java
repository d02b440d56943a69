package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

import dev.llmcallbacks.event.CallbackEvent;

/**
 * Events of a burst of items, which reach the lanes together when all of the items have
 * been emitted. Where handlers have threads of their own and that takes longer than a
 * millisecond, the events gathered so far reach the lanes then, and the next one ends
 * gathering, so that no handler waits for a slow subscriber.
 * <p>
 * One thread at a time begins, adds and ends. The other methods are safe for use by any
 * number of threads.
 */
final class GatheredEvents {

	private static final FixedDelay flushes = new FixedDelay(Duration.ofMillis(1));

	private final RunLanes lanes;

	// by the thread that gathers

	private @Nullable Disposable flush;

	// written by that thread, read by others

	private volatile boolean gathering;

	// guarded by this

	private boolean overdue;

	private boolean closed;

	private List<CallbackEvent> events = new ArrayList<>();

	GatheredEvents(RunLanes lanes) {
		this.lanes = lanes;
	}

	void begin() {
		synchronized (this) {
			this.overdue = false;
		}
		this.gathering = true;
		this.flush = this.lanes.hasBlockingHandlers() ? flushes.schedule(this::flushOverdue) : null;
	}

	/**
	 * Add the event of an item.
	 * @param event the event, or {@code null} if the item has none
	 * @return whether the events may not wait any more: {@link #flushOverdue()} has to
	 * follow, and no other event of this burst may be added
	 */
	synchronized boolean add(@Nullable CallbackEvent event) {
		if (event != null) {
			this.events.add(event);
		}
		return this.overdue;
	}

	void end() {
		flush();
		this.gathering = false;
		Disposable flush = this.flush;
		if (flush != null) {
			flush.dispose();
		}
	}

	/**
	 * Append what has been gathered to the lanes.
	 */
	void flush() {
		if (this.gathering) {
			append();
		}
	}

	/**
	 * Append what has been gathered to the lanes and have it delivered.
	 */
	void flushOverdue() {
		synchronized (this) {
			this.overdue = true;
		}
		if (this.gathering) {
			append();
			this.lanes.signalItems(false);
		}
	}

	/**
	 * Append what has been gathered to the lanes, which receive nothing after that.
	 */
	synchronized void close() {
		append();
		this.closed = true;
	}

	private synchronized void append() {
		if (!this.events.isEmpty()) {
			if (!this.closed) {
				this.lanes.appendItems(this.events);
			}
			this.events = new ArrayList<>(this.events.size());
		}
	}

}
