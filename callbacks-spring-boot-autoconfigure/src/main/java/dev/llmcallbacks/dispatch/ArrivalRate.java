package dev.llmcallbacks.dispatch;

/**
 * Rate at which the batches of items of one run arrive, and how fast its subscriber takes
 * them. Used by the thread that passes items on.
 */
final class ArrivalRate {

	/** Longest time in nanoseconds that a fast subscriber takes for a batch. */
	private static final long FAST = 1_000_000;

	/**
	 * Longest time in nanoseconds between the beginnings of two batches at a high rate.
	 */
	private static final long HIGH = 2_000_000;

	/** Size from which on a single batch is taken for a high rate. */
	private static final int LARGE = 8;

	private long begunAt = System.nanoTime() - HIGH;

	private boolean fast = true;

	private boolean high;

	void batchBegins(int size) {
		long now = System.nanoTime();
		this.high = size >= LARGE || now - this.begunAt < HIGH;
		this.begunAt = now;
	}

	void batchEnds() {
		this.fast = System.nanoTime() - this.begunAt < FAST;
	}

	boolean isSubscriberFast() {
		return this.fast;
	}

	// whether another batch is likely to follow at once
	boolean isHigh() {
		return this.high;
	}

}
