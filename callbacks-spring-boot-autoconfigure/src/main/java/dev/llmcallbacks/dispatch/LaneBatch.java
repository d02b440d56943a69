package dev.llmcallbacks.dispatch;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

/**
 * Lanes of many runs that are drained by one task on an executor. Another task joins it
 * when the first is held up by a slow handler. What the executor does not take, or loses,
 * is left to each lane on its own. Used by the timer of the {@link HandOver} unless said
 * otherwise.
 */
final class LaneBatch {

	/** From how many on it is worth while to share a task. */
	static final int MANY = 4;

	private final Executor executor;

	private final Runnable begun;

	private final Queue<ExecutorLane> lanes = new ConcurrentLinkedQueue<>();

	private final SubmissionWatch watch;

	private @Nullable Submission submission;

	/**
	 * Create a batch without lanes.
	 * @param executor the executor of the lanes to come
	 * @param begun called by a thread of the executor that begins to drain them
	 */
	LaneBatch(Executor executor, Runnable begun) {
		this.executor = executor;
		this.begun = begun;
		this.watch = new SubmissionWatch(executor, this::kickAll);
	}

	void add(ExecutorLane lane) {
		this.lanes.add(lane);
	}

	/**
	 * See to it that there is a thread for what is in the batch.
	 */
	void handOver() {
		ExecutorLane first = this.lanes.peek();
		if (first == null || isUnderWay()) {
			return;
		}
		if (this.lanes.size() < MANY) {
			kickAll();
			return;
		}
		Submission submission = new Submission(this::drainAll);
		Throwable rejection = submission.handTo(this.executor);
		if (rejection == null) {
			this.submission = submission;
			this.watch.accepted(submission);
		}
		else {
			first.count(rejection);
			kickAll();
		}
	}

	// all threads are busy; the next one that is not will come to this
	private boolean isUnderWay() {
		return this.submission != null && this.submission.isWaiting();
	}

	// whether a thread has begun, and something is left that it may never come to
	boolean isBegun() {
		return !this.lanes.isEmpty() && !isUnderWay();
	}

	// whether nothing is left to do
	boolean isDone() {
		return this.lanes.isEmpty() && !isUnderWay();
	}

	private void drainAll() {
		this.begun.run();
		for (ExecutorLane lane = this.lanes.poll(); lane != null; lane = this.lanes.poll()) {
			lane.drainHere();
		}
	}

	// by the timer of this or of the watch
	private void kickAll() {
		for (ExecutorLane lane = this.lanes.poll(); lane != null; lane = this.lanes.poll()) {
			lane.kick();
		}
	}

}
