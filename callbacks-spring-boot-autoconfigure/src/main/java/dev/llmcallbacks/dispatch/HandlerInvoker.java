package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.run.Run;

/**
 * Accounts for the calls of a handler that one lane makes: limits their time, counts
 * them, and isolates, logs and raises their failures. Used by the thread that drains the
 * lane unless stated otherwise. Nothing here throws.
 */
final class HandlerInvoker {

	/** Accuracy of the measured times of calls, in nanoseconds. */
	private static final long RESOLUTION = 100_000;

	private static final int MAX_STRIDE = 256;

	/** Number of fast calls in a row after which not every call is measured. */
	private static final int FAST_CALLS = 3;

	private final BoundHandler handler;

	private final HandlerActivity activity;

	private final InvocationTimeout timeout;

	/** Fails the run; the flag says whether the handler failed in the terminal event. */
	private final BiConsumer<CallbackException, Boolean> raise;

	/** Whether the run waits for each token that the handler receives. */
	private final boolean holdsUp;

	// by the thread that drains

	private int returned;

	/**
	 * Number of calls between two clock readings. One at the beginning, then as many as
	 * together take less than the {@link #RESOLUTION}, so that slow calls are measured
	 * one by one and a fast handler is not slowed down by the clock.
	 */
	private int stride = 1;

	private int untilReading = 1;

	private int fastReadings;

	/** Event of the last call if the clock has not been read since, else null. */
	private @Nullable CallbackEvent unmeasured;

	// written by the thread that drains, read by any thread

	private final AtomicLong readAt = new AtomicLong();

	// guarded by this

	private long heldUp;

	private boolean reported;

	HandlerInvoker(BoundHandler handler, InvocationTimeout.Listener listener,
			BiConsumer<CallbackException, Boolean> raise, boolean holdsUp) {
		this.handler = handler;
		this.activity = handler.activity();
		this.timeout = new InvocationTimeout(handler.registered().callLimit(), listener);
		this.raise = raise;
		this.holdsUp = holdsUp;
	}

	/**
	 * Prepare for calls.
	 * @param thread the thread to interrupt when a call takes too long, or {@code null}
	 */
	void enter(@Nullable Thread thread) {
		this.readAt.setRelease(System.nanoTime());
		this.stride = 1;
		this.untilReading = 1;
		this.fastReadings = 0;
		this.timeout.enter(thread);
	}

	/**
	 * Publish what has been counted, as no more calls are made for now.
	 */
	void leave() {
		this.timeout.leave();
		CallbackEvent event = this.unmeasured;
		if (event != null) {
			measure(event);
		}
		publish();
	}

	// the calls since the last reading occupied the current thread
	private void measure(CallbackEvent event) {
		long elapsed = readClock(event);
		if (elapsed > RESOLUTION) {
			this.activity.delays().occupied(event, elapsed);
		}
	}

	/**
	 * Read the clock and account for the time since the last reading.
	 * @param event the event of the last call
	 * @return the time in nanoseconds
	 */
	private long readClock(CallbackEvent event) {
		long now = System.nanoTime();
		long elapsed = now - this.readAt.getPlain();
		this.readAt.setRelease(now);
		if (elapsed > RESOLUTION) {
			this.stride = 1;
			this.fastReadings = 0;
		}
		else if (this.untilReading == 0 && elapsed < RESOLUTION / 2 && ++this.fastReadings >= FAST_CALLS) {
			this.stride = Math.min(2 * this.stride, MAX_STRIDE);
		}
		this.untilReading = this.stride;
		this.unmeasured = null;
		this.activity.busy(elapsed);
		// the wait for a start or a terminal event is measured as a whole
		if (this.holdsUp && !(event instanceof RunStart) && !(event instanceof RunEnd)) {
			awaited(elapsed);
		}
		return elapsed;
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
	 * Return the current call. May be called by any thread.
	 * @param run the run of the lane
	 * @return the call, or {@code null} if there is none
	 */
	@Nullable HandlerCall currentCall(Run run) {
		Object entry = this.timeout.currentSubject();
		CallbackEvent event = (entry != null) ? AwaitedEvent.event(entry) : null;
		return (event != null) ? new HandlerCall(this.handler.name(), run.id(), event.getClass(),
				Duration.ofNanos(Math.max(0, System.nanoTime() - this.readAt.get()))) : null;
	}

	/**
	 * Account for a call that returns on the thread that made it.
	 * @param event the event that the handler was called for
	 * @param failure what the handler threw, or {@code null}
	 */
	void end(CallbackEvent event, @Nullable Throwable failure) {
		if (--this.untilReading == 0) {
			measure(event);
		}
		else {
			this.unmeasured = event;
		}
		account(event, failure);
		publishIfSlow();
	}

	/**
	 * Return how long the current call has occupied its thread, before the thread leaves
	 * it to complete on another one.
	 * @return the time in nanoseconds, with that of calls before it whose time has not
	 * been measured
	 */
	long occupied() {
		return System.nanoTime() - this.readAt.getPlain();
	}

	/**
	 * Account for a call that completes after the thread that made it has left it.
	 * @param event the event that the handler was called for
	 * @param failure the error, or {@code null}
	 */
	void endLater(CallbackEvent event, @Nullable Throwable failure) {
		this.untilReading--;
		readClock(event);
		account(event, failure);
		publishIfSlow();
	}

	// what is published only when the lane is left would be missing as long as it is busy
	private void publishIfSlow() {
		if (this.stride == 1) {
			publish();
		}
	}

	private void account(CallbackEvent event, @Nullable Throwable failure) {
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
	 * Add to the time for which the handler has held up the run, until it is reported.
	 * @param nanos the time in nanoseconds
	 */
	synchronized void awaited(long nanos) {
		if (!this.reported) {
			this.heldUp += nanos;
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
		reportHeldUp();
	}

	/**
	 * Report once for how long the handler has held up the run, as the run has ended.
	 */
	void reportHeldUp() {
		long nanos;
		synchronized (this) {
			nanos = this.reported ? 0 : this.heldUp;
			this.reported = true;
		}
		if (nanos > 0) {
			this.activity.delays().heldUp(nanos);
		}
	}

}
