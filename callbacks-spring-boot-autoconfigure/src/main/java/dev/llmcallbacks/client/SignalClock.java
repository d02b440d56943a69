package dev.llmcallbacks.client;

/**
 * Looks at the time once for all who ask while one signal passes through a call. Used by
 * one signal at a time, and not for what else happens.
 */
final class SignalClock {

	private long time;

	/**
	 * Look at the clock.
	 * @return the time, by the clock of {@code System.nanoTime}
	 */
	long look() {
		this.time = System.nanoTime();
		return this.time;
	}

	/**
	 * Return what the last look saw.
	 * @return the time, by the clock of {@code System.nanoTime}
	 */
	long seen() {
		return this.time;
	}

}
