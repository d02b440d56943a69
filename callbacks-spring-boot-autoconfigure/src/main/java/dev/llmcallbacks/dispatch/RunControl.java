package dev.llmcallbacks.dispatch;

/**
 * What a run's lanes and the runs around it can do to its work. Called on any thread.
 */
interface RunControl {

	/**
	 * A handler that may fail the run has failed.
	 * @param exception the failure
	 * @param inEnd whether it failed in the run's last event
	 */
	void fail(CallbackException exception, boolean inEnd);

	/**
	 * Cancel the run although its subscriber did not ask for it.
	 * @param reason what the subscriber is told
	 */
	void cancel(Throwable reason);

	/**
	 * Something else is about to be told: what happened before it has to be in the lanes.
	 */
	void settle();

	/**
	 * A lane that held the work back has room again.
	 */
	void refill();

}
