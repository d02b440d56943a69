package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
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

	private final LongAccumulator deepest = new LongAccumulator(Long::max, 0);

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
		this.deepest.accumulate(events);
	}

	HandlerStatistics snapshot(String name) {
		return new HandlerStatistics(name, this.delivered.sum(), this.failed.get(), this.timedOut.sum(),
				this.dropped.sum(), this.rejected.get(), this.deepest.intValue(), Duration.ofNanos(this.nanos.sum()));
	}

}
