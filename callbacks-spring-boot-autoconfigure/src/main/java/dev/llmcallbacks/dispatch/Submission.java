package dev.llmcallbacks.dispatch;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * A task that is run at most once, however often and by whomever it is started, and that
 * refuses to be run by {@code execute} itself, as a caller-runs policy does.
 */
final class Submission implements Runnable {

	private static final int WAITING = 0;

	private static final int BEGUN = 1;

	private static final int WITHDRAWN = 2;

	private final Runnable task;

	private final Thread submitter = Thread.currentThread();

	private final AtomicInteger state = new AtomicInteger(WAITING);

	// written and read by the submitting thread only

	private boolean handedOver;

	private boolean ranInPlace;

	Submission(Runnable task) {
		this.task = task;
	}

	@Override
	public void run() {
		if (Thread.currentThread() == this.submitter && !this.handedOver) {
			this.ranInPlace = true;
			return;
		}
		if (this.state.compareAndSet(WAITING, BEGUN)) {
			this.task.run();
		}
	}

	/**
	 * Hand the task over, by the thread that made this.
	 * @param executor the executor
	 * @return {@code null} if the task was accepted; else why not, and it will never
	 * begin
	 */
	@Nullable Throwable handTo(Executor executor) {
		Throwable rejection = null;
		try {
			executor.execute(this);
		}
		catch (Throwable ex) {
			// an OutOfMemoryError says that there are no more threads
			rejection = ex;
		}
		this.handedOver = true;
		if (this.ranInPlace) {
			rejection = new RejectedExecutionException("The executor ran the task on the thread that handed it over");
		}
		return (rejection != null && withdraw()) ? rejection : null;
	}

	boolean isWaiting() {
		return this.state.get() == WAITING;
	}

	/**
	 * Take the task back.
	 * @return whether it had not begun, and never will
	 */
	boolean withdraw() {
		return this.state.compareAndSet(WAITING, WITHDRAWN);
	}

}
