package dev.llmcallbacks.client;

/**
 * Time at which the last signal of a call arrived, read once per signal for all that need
 * it. Set by one thread at a time, by the clock of {@code System.nanoTime}.
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

	/**
	 * Return when the last signal arrived, for clients that may not set the clock.
	 * @return the time, that of this call if the clock has never been set
	 */
	long arrivedAtOrNow() {
		long arrivedAt = this.arrivedAt;
		return (arrivedAt != 0) ? arrivedAt : System.nanoTime();
	}

}
