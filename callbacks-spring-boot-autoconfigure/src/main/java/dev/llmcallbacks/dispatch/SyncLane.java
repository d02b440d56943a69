package dev.llmcallbacks.dispatch;

import java.util.List;

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

	final void drain() {
		List<Entry> waiting = null;
		boolean empty = false;
		long now = System.nanoTime();
		for (int i = 0; i < share() && !empty && !isAbandoned(); i++) {
			Object entry = next();
			if (entry == null) {
				empty = true;
			}
			else {
				now = call(entry, event(entry), now);
				waiting = passed(entry, waiting);
			}
		}
		drained(empty || isAbandoned());
		release(waiting);
	}

	// the end of one call is the beginning of the next
	private long call(Object entry, @Nullable CallbackEvent event, long start) {
		if (event == null) {
			return start;
		}
		Throwable failure = null;
		RunContext previous = CurrentRun.replace(context());
		calling(entry, Thread.currentThread(), start);
		try {
			handler().invoke(this.handler, event);
		}
		catch (Throwable ex) {
			failure = ex;
		}
		CurrentRun.replace(previous);
		long end = System.nanoTime();
		called(event, failure, end - start);
		return end;
	}

}
