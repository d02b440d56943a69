package dev.llmcallbacks.dispatch;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.event.CallbackEvent;

/**
 * The calls of a handler for one lane, by the thread that drains it: how long they take
 * is watched, how many there were is counted, and what becomes of a failure is seen to.
 * What is counted is told to others when the thread is done, and not for each call.
 */
final class LaneCalls {

	private final HandlerCounters counters;

	private final HandlerFailures failures;

	private final CallWatch watch;

	// by the thread that drains

	private int returned;

	private long enteredAt;

	LaneCalls(BoundHandler handler, HandlerFailures failures, CallWatch.Listener listener) {
		this.counters = handler.counters();
		this.failures = failures;
		this.watch = new CallWatch(handler.registered().callLimit(), listener);
	}

	/**
	 * The thread is about to make calls.
	 * @param thread the thread to be interrupted when one takes too long, if any
	 */
	void enter(@Nullable Thread thread) {
		this.enteredAt = System.nanoTime();
		this.watch.enter(thread);
	}

	/**
	 * The thread makes no more calls for now.
	 */
	void leave() {
		this.watch.leave();
		this.counters.busy(System.nanoTime() - this.enteredAt);
		count();
	}

	/**
	 * Tell how many calls have returned. Under a lock, for the timer that finds the
	 * thread stuck does it in its place.
	 */
	synchronized void count() {
		this.counters.delivered(this.returned);
		this.returned = 0;
	}

	void begin(Object entry) {
		this.watch.begin(entry);
	}

	/**
	 * A call has returned.
	 * @param event what the handler was called for
	 * @param failure what the handler threw, if it did
	 */
	void end(CallbackEvent event, @Nullable Throwable failure) {
		CallWatch.Overdue overdue = this.watch.end();
		if (overdue != null) {
			this.counters.delivered(1);
			this.failures.returned(event, overdue);
			return;
		}
		this.returned++;
		if (failure != null) {
			this.failures.failed(event, failure);
		}
	}

	// whether the thread is, or was, stuck in a call, and is to make no more
	boolean isStuck() {
		return this.watch.isStuck();
	}

	/**
	 * No more calls will be made, and no timer is needed.
	 */
	void cancel() {
		this.watch.cancel();
	}

}
