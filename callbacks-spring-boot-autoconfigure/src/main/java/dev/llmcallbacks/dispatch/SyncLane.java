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
		calls().enter(Thread.currentThread());
		RunContext previous = CurrentRun.replace(context());
		for (int i = 0; !isToPause(i) && !empty && !isAbandoned(); i++) {
			Object entry = next();
			if (entry == null) {
				empty = true;
			}
			else {
				call(entry, Entry.event(entry));
				waiting = passed(entry, waiting);
			}
		}
		CurrentRun.replace(previous);
		drained(empty || isAbandoned());
		Entry.releaseAll(waiting);
	}

	private void call(Object entry, @Nullable CallbackEvent event) {
		if (event == null) {
			return;
		}
		Throwable failure = null;
		calls().begin(entry);
		try {
			handler().invoke(this.handler, event);
		}
		catch (Throwable ex) {
			failure = ex;
		}
		calls().end(event, failure);
	}

}
