package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what a handler does. Written by any thread.
 */
final class HandlerCounters {

	private final LongAdder delivered = new LongAdder();

	private final LongAdder failed = new LongAdder();

	private final LongAdder timedOut = new LongAdder();

	private final LongAdder dropped = new LongAdder();

	private final LongAdder rejected = new LongAdder();

	private final LongAdder nanos = new LongAdder();

	private final LongAccumulator deepest = new LongAccumulator(Long::max, 0);

	void delivered(long nanos) {
		this.delivered.increment();
		this.nanos.add(nanos);
	}

	long failed() {
		this.failed.increment();
		return this.failed.sum();
	}

	void timedOut() {
		this.timedOut.increment();
	}

	void dropped(int events) {
		this.dropped.add(events);
	}

	long rejected() {
		this.rejected.increment();
		return this.rejected.sum();
	}

	void depth(int events) {
		this.deepest.accumulate(events);
	}

	HandlerStatistics snapshot(String name) {
		return new HandlerStatistics(name, this.delivered.sum(), this.failed.sum(), this.timedOut.sum(),
				this.dropped.sum(), this.rejected.sum(), this.deepest.intValue(), Duration.ofNanos(this.nanos.sum()));
	}

}
