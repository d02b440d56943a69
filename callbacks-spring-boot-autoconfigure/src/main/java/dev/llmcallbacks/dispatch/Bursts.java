package dev.llmcallbacks.dispatch;

/**
 * How the bursts of one run follow each other. Used by the thread that passes items on.
 */
final class Bursts {

	/**
	 * How long a burst may take, in nanoseconds, if the events of the next one are to be
	 * gathered: whoever takes the items must not be slow.
	 */
	private static final long QUICK = 1_000_000;

	/**
	 * How long after the beginning of one burst the next one has to begin, in
	 * nanoseconds, to be taken for one of many.
	 */
	private static final long HOT = 2_000_000;

	/** How many items a burst has to have to be taken for one of many on its own. */
	private static final int LARGE = 8;

	private long beganAt = System.nanoTime() - HOT;

	private boolean quick = true;

	private boolean hot;

	/**
	 * A burst begins.
	 * @param size how many items it has
	 */
	void begin(int size) {
		long now = System.nanoTime();
		this.hot = size >= LARGE || now - this.beganAt < HOT;
		this.beganAt = now;
	}

	// whether whoever takes the items has been quick so far
	boolean isQuick() {
		return this.quick;
	}

	// whether another burst is likely to follow at once
	boolean isHot() {
		return this.hot;
	}

	/**
	 * The burst has been passed on.
	 */
	void end() {
		this.quick = System.nanoTime() - this.beganAt < QUICK;
	}

}
