package dev.llmcallbacks.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

/**
 * Work of a run that is fed by hand, and subscriber of that run. Items are kept until the
 * work is begun; from then on the run keeps those that its lanes cannot take.
 * <p>
 * Items and the end come from one thread at a time. Everything else is safe for use by
 * any number of threads.
 *
 * @param <T> the type of item
 */
final class HandFedWork<T> implements Publisher<List<T>>, Subscription {

	private final Downstream downstream;

	private final CompletableFuture<Void> started = new CompletableFuture<>();

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	/** Written before the stages complete. */
	private volatile @Nullable Throwable error;

	// guarded by this

	private @Nullable Subscriber<? super List<T>> subscriber;

	/** What has arrived before the work is begun. */
	private List<T> early = new ArrayList<>();

	private boolean complete;

	private @Nullable Throwable failure;

	private boolean cancelled;

	private @Nullable Runnable onCancel;

	/** Number of items that have not been passed on. */
	private long waiting;

	private @Nullable CompletableFuture<Void> passed;

	HandFedWork(Context context) {
		this.downstream = new Downstream(context);
	}

	/**
	 * Return the subscriber of the run.
	 * @return the subscriber, which requests everything
	 */
	CoreSubscriber<T> subscriber() {
		return this.downstream;
	}

	CompletableFuture<Void> started() {
		return this.started;
	}

	CompletableFuture<Void> ended() {
		return this.ended;
	}

	/**
	 * Return what the run has ended with.
	 * @return the error, or {@code null} if it has not ended or has completed
	 */
	@Nullable Throwable error() {
		return this.error;
	}

	// the work is begun, on whatever thread: items that arrive meanwhile are passed on
	// here
	@Override
	public void subscribe(Subscriber<? super List<T>> subscriber) {
		subscriber.onSubscribe(this);
		List<T> next = takeEarly(subscriber);
		while (!next.isEmpty()) {
			subscriber.onNext(next);
			next = takeEarly(subscriber);
		}
		if (isComplete()) {
			emitEnd(subscriber);
		}
		this.started.complete(null);
	}

	private synchronized List<T> takeEarly(Subscriber<? super List<T>> subscriber) {
		List<T> taken = this.early;
		this.early = new ArrayList<>();
		if (taken.isEmpty()) {
			this.subscriber = subscriber;
		}
		return taken;
	}

	private synchronized boolean isComplete() {
		return this.complete;
	}

	private void emitEnd(Subscriber<? super List<T>> subscriber) {
		Throwable failure;
		synchronized (this) {
			failure = this.failure;
		}
		if (failure != null) {
			subscriber.onError(failure);
		}
		else {
			subscriber.onComplete();
		}
	}

	void accept(T item) {
		Subscriber<? super List<T>> subscriber;
		synchronized (this) {
			if (this.complete || this.cancelled) {
				return;
			}
			this.waiting++;
			subscriber = this.subscriber;
			if (subscriber == null) {
				this.early.add(item);
				return;
			}
		}
		subscriber.onNext(List.of(item));
	}

	void end(@Nullable Throwable failure) {
		Subscriber<? super List<T>> subscriber;
		synchronized (this) {
			if (this.complete || this.cancelled) {
				return;
			}
			this.complete = true;
			this.failure = failure;
			subscriber = this.subscriber;
		}
		if (subscriber != null) {
			emitEnd(subscriber);
		}
	}

	synchronized CompletionStage<Void> passed() {
		if (this.waiting == 0 || this.cancelled || this.ended.isDone()) {
			return CompletableFuture.completedStage(null);
		}
		if (this.passed == null) {
			this.passed = new CompletableFuture<>();
		}
		return this.passed;
	}

	void onCancel(Runnable action) {
		synchronized (this) {
			if (!this.cancelled) {
				this.onCancel = action;
				return;
			}
		}
		action.run();
	}

	// items are kept by the run
	@Override
	public void request(long n) {
	}

	@Override
	public void cancel() {
		Runnable action;
		synchronized (this) {
			// work that has ended is not stopped
			if (this.cancelled || this.complete) {
				return;
			}
			this.cancelled = true;
			this.early = new ArrayList<>();
			action = this.onCancel;
		}
		try {
			if (action != null) {
				action.run();
			}
		}
		finally {
			releasePassed();
		}
	}

	private void releasePassed() {
		CompletableFuture<Void> passed;
		synchronized (this) {
			passed = this.passed;
			this.passed = null;
		}
		if (passed != null) {
			passed.complete(null);
		}
	}

	/** Subscriber of the run: receives what has been passed on, and the end. */
	private final class Downstream implements CoreSubscriber<T> {

		private final Context context;

		Downstream(Context context) {
			this.context = context;
		}

		@Override
		public Context currentContext() {
			return this.context;
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			subscription.request(Long.MAX_VALUE);
		}

		@Override
		public void onNext(T item) {
			boolean last;
			synchronized (HandFedWork.this) {
				last = --HandFedWork.this.waiting == 0;
			}
			if (last) {
				releasePassed();
			}
		}

		@Override
		public void onError(Throwable error) {
			HandFedWork.this.error = error;
			cancel();
			HandFedWork.this.ended.completeExceptionally(error);
			HandFedWork.this.started.completeExceptionally(error);
			releasePassed();
		}

		@Override
		public void onComplete() {
			HandFedWork.this.ended.complete(null);
			HandFedWork.this.started.complete(null);
			releasePassed();
		}

	}

}
