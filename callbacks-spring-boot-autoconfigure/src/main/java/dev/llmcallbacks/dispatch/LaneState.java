package dev.llmcallbacks.dispatch;

/**
 * What a lane is about.
 */
enum LaneState {

	/** Waits for another lane of the handler to be done with what came before. */
	GATED,

	/** Empty. */
	IDLE,

	/** Not empty, and nobody drains it yet. */
	PENDING,

	/** Somebody drains it, or waits for its turn to. */
	DRAINING

}
