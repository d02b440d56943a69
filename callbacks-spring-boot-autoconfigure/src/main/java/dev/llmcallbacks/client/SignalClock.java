package dev.llmcallbacks.client;

/**
 * Looks at the time once for all who ask while one signal passes through a call: when it
 * comes, and when it has been dealt with. Times are by the clock of
 * {@code System.nanoTime}. Looked at by one signal at a time.
 */
final class SignalClock {

	/** Read by whoever deals with what the signal brought, on whatever thread. */
	private volatile long cameAt;

	private long dealtWithAt;

	/**
	 * A signal comes.
	 * @return the time
	 */
	long comes() {
		this.cameAt = System.nanoTime();
		return this.cameAt;
	}

	/**
	 * Return when the last signal came.
	 * @return the time
	 */
	long cameAt() {
		return this.cameAt;
	}

	/**
	 * A signal has been dealt with.
	 * @return the time
	 */
	long dealtWith() {
		this.dealtWithAt = System.nanoTime();
		return this.dealtWithAt;
	}

	/**
	 * Return when the last signal had been dealt with.
	 * @return the time
	 */
	long dealtWithAt() {
		return this.dealtWithAt;
	}

}
