package dev.llmcallbacks.dispatch;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import reactor.core.scheduler.Schedulers;

/**
 * Hands what hot runs have for blocking handlers over to their executors: that of many
 * runs at one time, for waking a thread costs more than what most handlers do with a
 * token. Safe for use by any number of threads.
 */
final class HandOver {

	/** How long a run may have to wait. */
	private static final long PAUSE_MILLIS = 1;

	/** From how many on it is worth while to wait for each other. */
	private static final int MANY = 4;

	private final Queue<LaneStart> waiting = new ConcurrentLinkedQueue<>();

	/** Set while the timer runs. */
	private final AtomicBoolean timed = new AtomicBoolean();

	// written by the timer

	private volatile boolean busy;

	private Map<Executor, Queue<ExecutorLane>> batches = Map.of();

	/**
	 * Come by a moment later.
	 * @param start hands over what a run has
	 */
	void soon(LaneStart start) {
		this.waiting.add(start);
		startTimer();
	}

	/**
	 * Whether there are so many runs that one may wait for the others.
	 */
	boolean isBusy() {
		return this.busy;
	}

	private void startTimer() {
		if (!this.timed.get() && this.timed.compareAndSet(false, true)) {
			Schedulers.parallel().schedule(this::comeBy, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
		}
	}

	private void comeBy() {
		// who is left from the last time waits for a slow handler no longer
		this.batches.values().forEach(HandOver::kickAll);
		this.batches = new LinkedHashMap<>();
		int count = 0;
		for (LaneStart start = this.waiting.poll(); start != null; start = this.waiting.poll()) {
			start.handOver(this::sort);
			count++;
		}
		this.busy = count >= MANY;
		this.batches.forEach(HandOver::handOver);
		this.timed.set(false);
		if (!this.waiting.isEmpty() || this.batches.values().stream().anyMatch((batch) -> !batch.isEmpty())) {
			startTimer();
		}
	}

	private void sort(Lane lane) {
		if (lane instanceof ExecutorLane shareable && shareable.isShareable()) {
			this.batches.computeIfAbsent(shareable.executor(), (executor) -> new ConcurrentLinkedQueue<>())
				.add(shareable);
		}
		else {
			lane.kick();
		}
	}

	private static void handOver(Executor executor, Queue<ExecutorLane> batch) {
		if (batch.size() < MANY) {
			kickAll(batch);
			return;
		}
		ExecutorLane first = batch.element();
		Throwable rejection = new Submission(() -> drainAll(batch)).handTo(executor);
		if (rejection != null) {
			first.count(rejection);
			kickAll(batch);
		}
	}

	private static void drainAll(Queue<ExecutorLane> batch) {
		for (ExecutorLane lane = batch.poll(); lane != null; lane = batch.poll()) {
			lane.drainHere();
		}
	}

	private static void kickAll(Queue<ExecutorLane> batch) {
		for (ExecutorLane lane = batch.poll(); lane != null; lane = batch.poll()) {
			lane.kick();
		}
	}

}
