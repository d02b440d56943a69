package dev.llmcallbacks.dispatch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import reactor.core.scheduler.Schedulers;

/**
 * Hands what runs have for blocking handlers over to their executors: that of many runs
 * at one time, for waking a thread costs more than what most handlers do with a token.
 * Safe for use by any number of threads.
 */
final class HandOver {

	/** How long a run may have to wait. */
	private static final long PAUSE_MILLIS = 1;

	private final Queue<LaneStart> waiting = new ConcurrentLinkedQueue<>();

	/** Set while the timer runs. */
	private final AtomicBoolean timed = new AtomicBoolean();

	/** How often a lane had something, of items that came one by one. */
	private final AtomicInteger items = new AtomicInteger();

	/** When that was a multiple of {@link LaneBatch#MANY}. */
	private final AtomicLong itemsAt = new AtomicLong(System.nanoTime());

	private volatile boolean busy;

	// by the timer

	private final Map<Executor, LaneBatch> batches = new LinkedHashMap<>();

	/**
	 * Come by a moment later.
	 * @param start hands over what a run has
	 */
	void soon(LaneStart start) {
		this.waiting.add(start);
		startTimer();
	}

	// whether there are so many runs that one may wait for the others
	boolean isBusy() {
		return this.busy;
	}

	// whether it may wait, now that an item has come that is not one of many of its run
	boolean isBusyWithItems() {
		if (this.items.incrementAndGet() % LaneBatch.MANY == 0) {
			long now = System.nanoTime();
			if (now - this.itemsAt.getAndSet(now) < TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS)) {
				this.busy = true;
			}
		}
		return this.busy;
	}

	private void startTimer() {
		if (!this.timed.get() && this.timed.compareAndSet(false, true)) {
			Schedulers.parallel().schedule(this::comeBy, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
		}
	}

	private void comeBy() {
		this.batches.values().removeIf(LaneBatch::isDone);
		int count = 0;
		for (LaneStart start = this.waiting.poll(); start != null; start = this.waiting.poll()) {
			start.handOver(this::sort);
			count++;
		}
		this.busy = count >= LaneBatch.MANY;
		this.batches.values().forEach(LaneBatch::handOver);
		List<LaneBatch> handedOver = List.copyOf(this.batches.values());
		this.timed.set(false);
		// a thread that began before this did not start the timer
		if (!this.waiting.isEmpty() || handedOver.stream().anyMatch(LaneBatch::isBegun)) {
			startTimer();
		}
	}

	private void sort(Lane lane) {
		if (lane instanceof ExecutorLane shareable && shareable.isShareable()) {
			this.batches.computeIfAbsent(shareable.executor(), (executor) -> new LaneBatch(executor, this::startTimer))
				.add(shareable);
		}
		else {
			lane.kick();
		}
	}

}
