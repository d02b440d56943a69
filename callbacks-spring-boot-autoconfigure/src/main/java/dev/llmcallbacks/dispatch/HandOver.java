package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import dev.llmcallbacks.timer.SingleTimer;

/**
 * Hands what runs have for blocking handlers over to their executors: that of many runs
 * at one time, for waking a thread costs more than what most handlers do with a token.
 * Safe for use by any number of threads.
 */
final class HandOver implements SingleTimer.Task {

	/** How long a run may have to wait whose items come thick and fast. */
	private static final Duration PAUSE = Duration.ofMillis(1);

	/** How long a run may have to wait if there are only such as have an item each. */
	private static final Duration LONG_PAUSE = Duration.ofMillis(4);

	private final Queue<LaneStart> waiting = new ConcurrentLinkedQueue<>();

	private final SingleTimer timer = new SingleTimer(PAUSE, this);

	/** How many items came that were none of many of their runs. */
	private final AtomicInteger items = new AtomicInteger();

	/** When that was a multiple of {@link LaneBatch#MANY}. */
	private final AtomicLong itemsAt = new AtomicLong(System.nanoTime());

	private volatile boolean busy;

	/** Set when a run has come whose items come thick and fast. */
	private volatile boolean hurried;

	// by the timer

	private final Map<Executor, LaneBatch> batches = new LinkedHashMap<>();

	// written by the timer

	private volatile List<LaneBatch> handedOver = List.of();

	/**
	 * Come by a moment later.
	 * @param start hands over what a run has
	 * @param hot whether the run's items come thick and fast
	 */
	void soon(LaneStart start, boolean hot) {
		this.waiting.add(start);
		if (hot && !this.hurried) {
			this.hurried = true;
		}
		this.timer.start();
	}

	// whether there are so many runs that one may wait for the others
	boolean isBusy() {
		return this.busy;
	}

	// whether it may wait, now that an item has come that is not one of many of its run
	boolean isBusyWithItems() {
		if (!this.busy && this.items.incrementAndGet() % LaneBatch.MANY == 0) {
			long now = System.nanoTime();
			if (now - this.itemsAt.getAndSet(now) < PAUSE.toNanos()) {
				this.busy = true;
			}
		}
		return this.busy;
	}

	@Override
	public long run() {
		boolean hurried = this.hurried;
		this.hurried = false;
		this.batches.values().removeIf(LaneBatch::isDone);
		int count = 0;
		for (LaneStart start = this.waiting.poll(); start != null; start = this.waiting.poll()) {
			start.handOver(this::sort);
			count++;
		}
		this.busy = count >= LaneBatch.MANY;
		this.batches.values().forEach(LaneBatch::handOver);
		this.handedOver = List.copyOf(this.batches.values());
		if (!this.busy) {
			return 0;
		}
		return (hurried ? PAUSE : LONG_PAUSE).toNanos();
	}

	@Override
	public boolean isNeeded() {
		// a thread that began while the timer ran did not start it
		return !this.waiting.isEmpty() || this.handedOver.stream().anyMatch(LaneBatch::isBegun);
	}

	private void sort(Lane lane) {
		if (lane instanceof ExecutorLane shareable && shareable.isShareable()) {
			this.batches.computeIfAbsent(shareable.executor(), (executor) -> new LaneBatch(executor, this.timer::start))
				.add(shareable);
		}
		else {
			lane.kick();
		}
	}

}
