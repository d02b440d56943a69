package dev.llmcallbacks.dispatch;

/**
 * What a lane is about: numbers, for it changes with each event, and a collector that has
 * to be told of references in old objects would have to be told each time.
 */
final class LaneState {

	/** Waits for another lane of the handler to be done with what came before. */
	static final int GATED = 0;

	/** Empty. */
	static final int IDLE = 1;

	/** Not empty, and nobody drains it yet. */
	static final int PENDING = 2;

	/** Somebody drains it, or waits for its turn to. */
	static final int DRAINING = 3;

	private LaneState() {
	}

}
