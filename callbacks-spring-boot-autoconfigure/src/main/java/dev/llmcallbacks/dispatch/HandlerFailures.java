package dev.llmcallbacks.dispatch;

import java.util.concurrent.TimeoutException;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.RunEnd;

/**
 * What becomes of the failures of one handler in one run: each is counted, logged at a
 * falling rate, and fails the run if the handler's settings say so. Errors of the virtual
 * machine always fail the run, and are told to the thread that they happened on.
 */
final class HandlerFailures {

	private final LiveRun run;

	private final BoundHandler handler;

	HandlerFailures(LiveRun run, BoundHandler handler) {
		this.run = run;
		this.handler = handler;
	}

	/**
	 * A call has failed, by the thread that it was made on.
	 * @param event what the handler was called for
	 * @param failure what the handler threw
	 */
	void failed(CallbackEvent event, Throwable failure) {
		this.handler.registered().failureLog().failed(event, failure, this.handler.counters().failed());
		raise(event, failure);
		if (failure instanceof VirtualMachineError) {
			Thread thread = Thread.currentThread();
			thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
		}
	}

	/**
	 * A call takes too long. It is counted, and nothing else.
	 * @return the failure
	 */
	CallWatch.Overdue takesTooLong() {
		this.handler.counters().timedOut();
		String message = "No return within " + this.handler.settings().timeout()
				+ "; allow more with 'callbacks.handlers." + this.handler.name() + ".timeout'";
		return new CallWatch.Overdue(new TimeoutException(message), this.handler.counters().failed());
	}

	/**
	 * A call has taken too long, by the timer.
	 * @param event what the handler was called for
	 * @param overdue the failure
	 */
	void timedOut(CallbackEvent event, CallWatch.Overdue overdue) {
		this.handler.registered().failureLog().failed(event, overdue.failure(), overdue.count());
		raise(event, overdue.failure());
	}

	/**
	 * A call that has taken too long has returned. Nothing that waited for it may go on
	 * before its failure has been raised, and the timer may be late.
	 * @param event what the handler was called for
	 * @param overdue the failure
	 */
	void returned(CallbackEvent event, CallWatch.Overdue overdue) {
		raise(event, overdue.failure());
	}

	/**
	 * A call has not returned at all, and the lane is given up.
	 * @param event what the handler was called for
	 * @param lost how many events were waiting
	 */
	void stuck(CallbackEvent event, int lost) {
		this.handler.counters().dropped(lost);
		this.handler.registered().failureLog().stuck(event, lost);
	}

	/**
	 * The lane is given up because the handler is stuck in another one.
	 * @param lost how many events were waiting
	 */
	void abandoned(int lost) {
		this.handler.counters().dropped(lost);
		this.handler.registered().failureLog().abandoned(this.run.run(), lost);
	}

	private void raise(CallbackEvent event, Throwable failure) {
		if (this.handler.settings().raiseError() || failure instanceof VirtualMachineError) {
			String message = "Handler '" + this.handler.name() + "' failed in " + event.getClass().getSimpleName()
					+ " of run " + event.run().id();
			this.run.raise(new CallbackException(message, failure), event instanceof RunEnd);
		}
	}

}
