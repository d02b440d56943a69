package dev.llmcallbacks.dispatch;

import dev.llmcallbacks.callback.CallbackHandler;

/**
 * A lane that is drained on the thread that produced the event.
 */
final class InlineLane extends SyncLane {

	InlineLane(LiveRun run, BoundHandler handler, CallbackHandler target) {
		super(run, handler, target);
	}

	@Override
	void begin() {
		drain();
	}

	@Override
	boolean onHandlerThread() {
		return false;
	}

}
