package dev.llmcallbacks.dispatch;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.dispatch.CoalescingExecutor.Urgency;
import dev.llmcallbacks.event.CallbackEvent;

/**
 * Lane to a {@link CallbackHandler}, which is called by the thread that drains: one of an
 * executor or, for inline delivery, the one that produced the event.
 */
final class SyncLane extends Lane implements ResilientExecutor.Task {

	private final CallbackHandler target;

	/** {@code null} for inline delivery. */
	private final @Nullable CoalescingExecutor executor;

	SyncLane(BoundHandler handler, RunHandle run, RunContext context, Owner owner, CallbackHandler target,
			@Nullable CoalescingExecutor executor) {
		super(handler, run, context, owner);
		this.target = target;
		this.executor = executor;
	}

	@Override
	boolean onHandlerThread() {
		return this.executor != null;
	}

	@Override
	void begin(Urgency urgency) {
		if (this.executor != null) {
			this.executor.execute(this, urgency);
		}
		else {
			run();
		}
	}

	@Override
	public void run() {
		Thread thread = Thread.currentThread();
		invoker().enter(thread);
		drain(null, thread);
	}

	@Override
	public void rejected(Throwable reason) {
		handler().activity().rejected(reason);
	}

	@Override
	boolean call(Object entry, CallbackEvent event) {
		Throwable failure = null;
		invoker().begin(entry);
		try {
			handler().invoke(this.target, event);
		}
		catch (Throwable ex) {
			failure = ex;
		}
		invoker().end(event, failure);
		return true;
	}

}
