package dev.llmcallbacks.dispatch;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.event.CallbackEvent;

/**
 * A lane to a {@link CallbackHandler}: the thread that drains it is the one that the
 * handler is called on.
 */
abstract class SyncLane extends Lane {

	private final CallbackHandler handler;

	SyncLane(LiveRun run, BoundHandler handler, CallbackHandler target) {
		super(run, handler);
		this.handler = target;
	}

	/**
	 * Whether the draining thread belongs to handlers.
	 * @return {@code false} if it is the one that produced the event
	 */
	abstract boolean onHandlerThread();

	final void drain() {
		boolean empty = false;
		RunContext previous = CurrentRun.replace(context());
		try {
			empty = drainShare();
		}
		finally {
			CurrentRun.replace(previous);
			drained(empty || isAbandoned());
		}
	}

	private boolean drainShare() {
		for (int i = 0; i < FAIR_SHARE && !isAbandoned(); i++) {
			Object entry = next();
			if (entry == null) {
				return true;
			}
			CallbackEvent event = event(entry);
			if (event != null) {
				call(entry, event);
			}
			else {
				passed(entry, onHandlerThread());
			}
		}
		return false;
	}

	private void call(Object entry, CallbackEvent event) {
		Throwable failure = null;
		long start = System.nanoTime();
		calling(entry, Thread.currentThread());
		try {
			handler().invoke(this.handler, event);
		}
		catch (Throwable ex) {
			failure = ex;
		}
		called(entry, failure, System.nanoTime() - start, onHandlerThread());
		rethrowIfFatal(failure);
	}

	private static void rethrowIfFatal(@Nullable Throwable failure) {
		if (failure instanceof VirtualMachineError error) {
			throw error;
		}
	}

}
