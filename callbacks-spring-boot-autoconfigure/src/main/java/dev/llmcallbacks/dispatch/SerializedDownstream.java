package dev.llmcallbacks.dispatch;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/**
 * Serializes signals to the downstream subscriber: items one at a time, then the terminal
 * signal of any thread as soon as no {@code onNext} is in progress. Emits nothing once
 * the subscriber has cancelled.
 *
 * @param <T> the type of item
 */
final class SerializedDownstream<T> {

	private final CoreSubscriber<? super T> subscriber;

	private final @Nullable RunContext outer;

	private final Supplier<@Nullable Throwable> error;

	// guarded by this

	private boolean cancelled;

	private boolean emitting;

	/** Whether the run has ended while the subscriber was in {@code onNext}. */
	private boolean endPending;

	/**
	 * Create a serializer.
	 * @param subscriber the subscriber
	 * @param outer the current run of the subscriber, or {@code null}
	 * @param error returns why the run has failed, once it has ended
	 */
	SerializedDownstream(CoreSubscriber<? super T> subscriber, @Nullable RunContext outer,
			Supplier<@Nullable Throwable> error) {
		this.subscriber = subscriber;
		this.outer = outer;
		this.error = error;
	}

	void onSubscribe(Subscription subscription) {
		this.subscriber.onSubscribe(subscription);
	}

	CoreSubscriber<? super T> actual() {
		return this.subscriber;
	}

	/**
	 * Begin to emit items. To be followed by {@link #leave()}, also if the subscriber
	 * throws.
	 */
	synchronized void enter() {
		this.emitting = true;
	}

	// no further signal reaches a subscriber that throws
	void onNext(T item) {
		try {
			this.subscriber.onNext(item);
		}
		catch (Throwable ex) {
			cancel();
			throw ex;
		}
	}

	/**
	 * End emitting items for now.
	 */
	void leave() {
		synchronized (this) {
			this.emitting = false;
			if (!this.endPending) {
				return;
			}
			this.endPending = false;
			if (this.cancelled) {
				return;
			}
		}
		emitEnd();
	}

	/**
	 * Emit nothing any more.
	 */
	synchronized void cancel() {
		this.cancelled = true;
	}

	synchronized boolean isCancelled() {
		return this.cancelled;
	}

	/**
	 * Emit the terminal signal. To be called once.
	 */
	void end() {
		synchronized (this) {
			if (this.cancelled) {
				return;
			}
			if (this.emitting) {
				this.endPending = true;
				return;
			}
		}
		emitEnd();
	}

	private void emitEnd() {
		Throwable error = this.error.get();
		RunContext previous = CurrentRun.replace(this.outer);
		try {
			if (error != null) {
				this.subscriber.onError(error);
			}
			else {
				this.subscriber.onComplete();
			}
		}
		finally {
			CurrentRun.replace(previous);
		}
	}

}
