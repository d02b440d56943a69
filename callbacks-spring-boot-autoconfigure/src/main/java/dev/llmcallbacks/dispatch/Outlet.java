package dev.llmcallbacks.dispatch;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/**
 * What the subscriber is told: items, by one thread at a time, and then how the run has
 * ended, by any thread, but only when the subscriber is not busy with an item. Nothing if
 * it has cancelled.
 *
 * @param <T> the type of item
 */
final class Outlet<T> {

	private final CoreSubscriber<? super T> subscriber;

	private final @Nullable RunContext outer;

	private final Supplier<@Nullable Throwable> error;

	// guarded by this

	private boolean cancelled;

	private boolean busy;

	/** Set when the run has ended while the subscriber was busy. */
	private boolean endDue;

	/**
	 * Create an outlet.
	 * @param subscriber the subscriber
	 * @param outer the run in force for what the subscriber does
	 * @param error tells, when the run has ended, whether it has failed
	 */
	Outlet(CoreSubscriber<? super T> subscriber, @Nullable RunContext outer, Supplier<@Nullable Throwable> error) {
		this.subscriber = subscriber;
		this.outer = outer;
		this.error = error;
	}

	void begin(Subscription subscription) {
		this.subscriber.onSubscribe(subscription);
	}

	/**
	 * Items are about to be told. To be followed by {@link #leave()}, unless the
	 * subscriber throws: it is told nothing more then.
	 */
	synchronized void enter() {
		this.busy = true;
	}

	void tell(T item) {
		this.subscriber.onNext(item);
	}

	/**
	 * No more items are told for now.
	 */
	void leave() {
		synchronized (this) {
			this.busy = false;
			if (!this.endDue) {
				return;
			}
			this.endDue = false;
		}
		tellEnd();
	}

	/**
	 * The subscriber has cancelled.
	 */
	synchronized void cancelled() {
		this.cancelled = true;
	}

	/**
	 * The run has ended. To be called once.
	 */
	void end() {
		synchronized (this) {
			if (this.cancelled) {
				return;
			}
			if (this.busy) {
				this.endDue = true;
				return;
			}
		}
		tellEnd();
	}

	private void tellEnd() {
		Throwable error = this.error.get();
		RunContext inForce = CurrentRun.replace(this.outer);
		if (error != null) {
			this.subscriber.onError(error);
		}
		else {
			this.subscriber.onComplete();
		}
		CurrentRun.replace(inForce);
	}

}
