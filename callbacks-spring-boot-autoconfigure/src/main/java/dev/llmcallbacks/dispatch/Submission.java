package dev.llmcallbacks.dispatch;

/**
 * A task that refuses to be run by {@code execute} itself, as a caller-runs policy does.
 */
final class Submission implements Runnable {

	private final Runnable task;

	private final Thread submitter = Thread.currentThread();

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
		this.task.run();
	}

	/**
	 * Called by the submitting thread when {@code execute} has returned.
	 * @return whether the task was run in place, and did nothing
	 */
	boolean refused() {
		this.handedOver = true;
		return this.ranInPlace;
	}

}
