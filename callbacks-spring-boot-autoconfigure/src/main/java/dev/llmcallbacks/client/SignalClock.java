package dev.llmcallbacks.client;

/**
 * Reads the time once per signal of a call, for all that need it while the signal passes
 * downstream. Set by one thread at a time, by the clock of {@code System.nanoTime}.
 */
final class SignalClock {

	/**
	 * Read by the thread that handles the item, which need not be the one that set it.
	 */
	private volatile long arrivedAt;

	/**
	 * A signal has arrived.
	 * @return the time
	 */
	long tick() {
		this.arrivedAt = System.nanoTime();
		return this.arrivedAt;
	}

	/**
	 * Return when the last signal arrived.
	 * @return the time
	 */
	long arrivedAt() {
		return this.arrivedAt;
	}

}
