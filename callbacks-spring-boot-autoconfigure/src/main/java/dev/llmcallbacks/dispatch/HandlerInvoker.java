package dev.llmcallbacks.dispatch;

import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.run.Run;

/**
 * Accounts for the calls of a handler that one lane makes: limits their time, counts
 * them, and isolates, logs and raises their failures. Used by the thread that drains the
 * lane unless stated otherwise. Nothing here throws.
 */
final class HandlerInvoker {

	private final BoundHandler handler;

	private final HandlerActivity activity;

	private final InvocationTimeout timeout;

	/** Fails the run; the flag says whether the handler failed in the terminal event. */
	private final BiConsumer<CallbackException, Boolean> raise;

	// by the thread that drains

	private int returned;

	private long enteredAt;

	HandlerInvoker(BoundHandler handler, InvocationTimeout.Listener listener,
			BiConsumer<CallbackException, Boolean> raise) {
		this.handler = handler;
		this.activity = handler.activity();
		this.timeout = new InvocationTimeout(handler.registered().callLimit(), listener);
		this.raise = raise;
	}

	/**
	 * Prepare for calls.
	 * @param thread the thread to interrupt when a call takes too long, or {@code null}
	 */
	void enter(@Nullable Thread thread) {
		this.enteredAt = System.nanoTime();
		this.timeout.enter(thread);
	}

	/**
	 * Publish what has been counted, as no more calls are made for now.
	 */
	void leave() {
		this.timeout.leave();
		this.activity.busy(System.nanoTime() - this.enteredAt);
		publish();
	}

	/**
	 * Publish how many calls have returned. Synchronized, because the timer that finds
	 * the thread stuck does it in its place.
	 */
	synchronized void publish() {
		if (this.returned > 0) {
			this.activity.delivered(this.returned);
			this.returned = 0;
		}
	}

	void begin(Object entry) {
		this.timeout.begin(entry);
	}

	/**
	 * Account for a call that has returned.
	 * @param event the event that the handler was called for
	 * @param failure what the handler threw, or {@code null}
	 */
	void end(CallbackEvent event, @Nullable Throwable failure) {
		InvocationTimeout.Overdue overdue = this.timeout.end();
		if (overdue != null) {
			this.activity.delivered(1);
			// what waited for the call must not continue first, and the timer may be late
			raise(event, overdue.failure());
			reportFatal(failure);
			return;
		}
		this.returned++;
		if (failure != null) {
			this.activity.logFailure(event, failure, this.activity.failed());
			raise(event, failure);
			reportFatal(failure);
		}
	}

	/**
	 * Count a call that exceeds its limit, on the timer's thread.
	 * @return the failure
	 */
	InvocationTimeout.Overdue overdue() {
		this.activity.timedOut();
		String message = "No return within " + this.handler.settings().timeout()
				+ "; allow more with 'callbacks.handlers." + this.handler.name() + ".timeout'";
		return new InvocationTimeout.Overdue(new TimeoutException(message), this.activity.failed());
	}

	/**
	 * Report a call that has exceeded its limit, on the timer's thread.
	 * @param event the event that the handler was called for
	 * @param overdue the failure
	 */
	void timedOut(CallbackEvent event, InvocationTimeout.Overdue overdue) {
		this.activity.logFailure(event, overdue.failure(), overdue.count());
		raise(event, overdue.failure());
	}

	/**
	 * Report that the lane is aborted because a call does not return, on the timer's
	 * thread.
	 * @param event the event that the handler was called for
	 * @param lost number of events that were waiting
	 */
	void stuck(CallbackEvent event, int lost) {
		this.activity.dropped(lost);
		this.activity.aborted(event, lost);
	}

	/**
	 * Report that the lane is aborted because too many lanes wait for a call that does
	 * not return.
	 * @param run the lane's run
	 * @param lost number of events that were waiting
	 */
	void abortedBehind(Run run, int lost) {
		this.activity.dropped(lost);
		this.activity.abortedBehind(run, lost);
	}

	private void raise(CallbackEvent event, Throwable failure) {
		if (this.handler.settings().raiseError() || failure instanceof VirtualMachineError) {
			String message = "Handler '" + this.handler.name() + "' failed in " + event.getClass().getSimpleName()
					+ " of run " + event.run().id();
			try {
				this.raise.accept(new CallbackException(message, failure), event instanceof RunEnd);
			}
			catch (Throwable ex) {
				// code of the application that runs when the run fails
				this.activity.logFailure(event, ex, 1);
				reportFatal(ex);
			}
		}
	}

	// an error of the virtual machine is reported as if it had ended the thread
	private static void reportFatal(@Nullable Throwable failure) {
		if (failure instanceof VirtualMachineError) {
			Thread thread = Thread.currentThread();
			try {
				thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
			}
			catch (Throwable ex) {
				// the application's own handler of uncaught exceptions has failed
			}
		}
	}

	// whether a call is or was stuck, so that no further call may be made
	boolean isStuck() {
		return this.timeout.isStuck();
	}

	/**
	 * Release the timer, as no more calls will be made.
	 */
	void close() {
		this.timeout.cancel();
	}

}
