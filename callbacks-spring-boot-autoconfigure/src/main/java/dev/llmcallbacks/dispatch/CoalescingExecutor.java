package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * Executor that batches the tasks of many lanes into one task of the executor that it
 * decorates while there are many of them, because waking a thread is more expensive than
 * most handlers' work for a token. Safe for use by any number of threads.
 * <p>
 * As long as fewer than four tasks arrive per millisecond, each is passed on at once.
 * When a task holds up its batch, the rest of the batch gets another thread after the
 * next pause.
 */
final class CoalescingExecutor implements SingleTimer.Task {

	/** Number of tasks within a pause from which on it pays to batch them. */
	private static final int MANY = 4;

	/** Number of tasks after which the executor may use the thread for something else. */
	private static final int FAIR_SHARE = 64;

	/** How long a task waits for others if events of its lane arrive in batches. */
	private static final Duration PAUSE = Duration.ofMillis(1);

	/** How long a task waits if there are only lanes that have a single event each. */
	private static final Duration LONG_PAUSE = Duration.ofMillis(4);

	private final ResilientExecutor target;

	private final Queue<ResilientExecutor.Task> waiting = new ConcurrentLinkedQueue<>();

	private final SingleTimer timer = new SingleTimer(PAUSE, this);

	private final Drain drain = new Drain();

	/** Number of tasks that have arrived since the timer ran. */
	private final AtomicInteger arrived = new AtomicInteger();

	/** Number of tasks that were passed on at once. */
	private final AtomicInteger passedOn = new AtomicInteger();

	/** Time at which that was last a multiple of {@link #MANY}. */
	private final AtomicLong passedOnAt = new AtomicLong(System.nanoTime());

	/** Whether a drain has been submitted and has not begun. */
	private final AtomicBoolean submitted = new AtomicBoolean();

	private volatile boolean busy;

	private volatile boolean urgent;

	/**
	 * Decorate an executor.
	 * @param target the executor
	 */
	CoalescingExecutor(ResilientExecutor target) {
		this.target = target;
	}

	/**
	 * Run a task, as soon as the given urgency asks for.
	 * @param task the task
	 * @param urgency how long the task may wait for others
	 */
	void execute(ResilientExecutor.Task task, Urgency urgency) {
		if (urgency == Urgency.IMMEDIATE || !isBusy()) {
			this.target.execute(task);
			return;
		}
		this.waiting.add(task);
		this.arrived.incrementAndGet();
		if (urgency == Urgency.SOON && !this.urgent) {
			this.urgent = true;
		}
		this.timer.start();
	}

	private boolean isBusy() {
		if (!this.busy && this.passedOn.incrementAndGet() % MANY == 0) {
			long now = System.nanoTime();
			if (now - this.passedOnAt.getAndSet(now) < PAUSE.toNanos()) {
				this.busy = true;
			}
		}
		return this.busy;
	}

	@Override
	public long run() {
		boolean urgent = this.urgent;
		this.urgent = false;
		this.busy = this.arrived.getAndSet(0) >= MANY;
		submit();
		if (!this.busy) {
			return 0;
		}
		return (urgent ? PAUSE : LONG_PAUSE).toNanos();
	}

	private void submit() {
		if (!this.waiting.isEmpty() && this.submitted.compareAndSet(false, true)) {
			this.target.execute(this.drain);
		}
	}

	@Override
	public boolean isNeeded() {
		return !this.waiting.isEmpty() && !this.submitted.get();
	}

	/** Runs everything that waits. */
	private final class Drain implements ResilientExecutor.Task {

		@Override
		public void run() {
			CoalescingExecutor.this.submitted.set(false);
			ResilientExecutor.Task task = next();
			if (!CoalescingExecutor.this.waiting.isEmpty()) {
				// another drain continues if this one is held up
				CoalescingExecutor.this.timer.start();
			}
			for (int handled = 1; task != null; handled++) {
				task.run();
				if (handled >= FAIR_SHARE && !CoalescingExecutor.this.waiting.isEmpty()) {
					// other tasks of the executor get a chance to use the thread
					submit();
					return;
				}
				task = next();
			}
		}

		private ResilientExecutor.@Nullable Task next() {
			return CoalescingExecutor.this.waiting.poll();
		}

		@Override
		public void rejected(Throwable reason) {
			ResilientExecutor.Task first = CoalescingExecutor.this.waiting.peek();
			if (first != null) {
				first.rejected(reason);
			}
		}

	}

	/**
	 * How long a task may wait for others.
	 */
	enum Urgency {

		/** Not at all: something waits for the task. */
		IMMEDIATE,

		/** About a millisecond: more events of its lane are likely to arrive at once. */
		SOON,

		/** A few milliseconds. */
		RELAXED

	}

}
