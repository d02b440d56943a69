package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what a handler does. Written by any thread.
 */
final class HandlerCounters {

	private final LongAdder delivered = new LongAdder();

	private final AtomicLong failed = new AtomicLong();

	private final LongAdder timedOut = new LongAdder();

	private final LongAdder dropped = new LongAdder();

	private final AtomicLong rejected = new AtomicLong();

	private final LongAdder nanos = new LongAdder();

	private final AtomicInteger deepest = new AtomicInteger();

	void delivered(int events) {
		this.delivered.add(events);
	}

	void busy(long nanos) {
		this.nanos.add(nanos);
	}

	long failed() {
		return this.failed.incrementAndGet();
	}

	void timedOut() {
		this.timedOut.increment();
	}

	void dropped(int events) {
		this.dropped.add(events);
	}

	long rejected() {
		return this.rejected.incrementAndGet();
	}

	void depth(int events) {
		if (events > this.deepest.get()) {
			this.deepest.accumulateAndGet(events, Math::max);
		}
	}

	HandlerStatistics snapshot(String name) {
		return new HandlerStatistics(name, this.delivered.sum(), this.failed.get(), this.timedOut.sum(),
				this.dropped.sum(), this.rejected.get(), this.deepest.get(), Duration.ofNanos(this.nanos.sum()));
	}

}
