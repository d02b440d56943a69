package dev.llmcallbacks.dispatch;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/**
 * Subscriber of a run whose work is begun on the thread that subscribes, which waits for
 * the handlers of the start event. Where it must not wait, the work is begun on a thread
 * that may block.
 *
 * @param <T> the type of item
 */
final class InPlaceBeginning<T> implements CoreSubscriber<T>, Subscription, Scannable {

	private final CoreSubscriber<? super T> actual;

	private final Function<ActiveRun, ? extends Publisher<List<T>>> work;

	private final Thread opener = Thread.currentThread();

	/** Opened when the work may begin, and when it is not begun any more. */
	private final CountDownLatch latch = new CountDownLatch(1);

	private volatile @Nullable Subscription subscription;

	// guarded by this

	private Place place = Place.OPENING;

	private @Nullable Runnable ready;

	InPlaceBeginning(CoreSubscriber<? super T> actual, Function<ActiveRun, ? extends Publisher<List<T>>> work) {
		this.actual = actual;
		this.work = work;
	}

	/**
	 * Return the work for the run, which is begun when the given work may begin.
	 * @param run the run
	 * @return the work
	 */
	Publisher<List<T>> work(ActiveRun run) {
		return (subscriber) -> mayBegin(CurrentRun.wrap(() -> begin(run, subscriber)));
	}

	private void mayBegin(Runnable beginning) {
		boolean here;
		synchronized (this) {
			here = this.place == Place.OPENING && Thread.currentThread() == this.opener;
			if (!here && this.place != Place.ELSEWHERE) {
				this.ready = beginning;
				this.latch.countDown();
				return;
			}
			this.place = Place.BEGUN;
		}
		if (here) {
			beginning.run();
		}
		else {
			Continuation.BLOCKING.resume(beginning, true);
		}
	}

	private void begin(ActiveRun run, Subscriber<? super List<T>> subscriber) {
		try {
			this.work.apply(run).subscribe(subscriber);
		}
		catch (Throwable ex) {
			subscriber.onError(ex);
			Exceptions.throwIfJvmFatal(ex);
		}
	}

	/**
	 * Begin the work on the current thread, which has opened the run, as soon as that is
	 * possible.
	 */
	void awaitBeginning() {
		if (!decidePlace()) {
			return;
		}
		try {
			this.latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		Runnable beginning;
		synchronized (this) {
			beginning = this.ready;
			this.place = (beginning != null) ? Place.BEGUN : Place.ELSEWHERE;
		}
		if (beginning != null) {
			beginning.run();
		}
	}

	// returns whether the current thread begins the work
	private synchronized boolean decidePlace() {
		if (this.place != Place.OPENING) {
			return false;
		}
		if (this.ready == null && !mayWait()) {
			this.place = Place.ELSEWHERE;
			return false;
		}
		this.place = Place.HERE;
		return true;
	}

	// a subscriber whose demand decides about the start may be on this very thread
	private boolean mayWait() {
		return !Schedulers.isInNonBlockingThread() && EventSubscription.from(currentContext()).isEmpty();
	}

	private void ended() {
		synchronized (this) {
			this.ready = null;
			if (this.place == Place.OPENING) {
				this.place = Place.BEGUN;
			}
		}
		this.latch.countDown();
	}

	@Override
	public Context currentContext() {
		return this.actual.currentContext();
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		this.subscription = subscription;
		this.actual.onSubscribe(this);
	}

	@Override
	public void onNext(T item) {
		this.actual.onNext(item);
	}

	@Override
	public void onError(Throwable error) {
		ended();
		this.actual.onError(error);
	}

	@Override
	public void onComplete() {
		ended();
		this.actual.onComplete();
	}

	@Override
	public void request(long n) {
		Subscription subscription = this.subscription;
		if (subscription != null) {
			subscription.request(n);
		}
	}

	@Override
	public void cancel() {
		ended();
		Subscription subscription = this.subscription;
		if (subscription != null) {
			subscription.cancel();
		}
	}

	@Override
	public @Nullable Object scanUnsafe(Attr key) {
		if (key == Attr.PARENT) {
			return this.subscription;
		}
		if (key == Attr.ACTUAL) {
			return this.actual;
		}
		return (key == Attr.RUN_STYLE) ? Attr.RunStyle.ASYNC : null;
	}

	/** Where the work is begun. */
	private enum Place {

		/** Not decided: the run is being opened. */
		OPENING,

		/** On the thread that opened the run. */
		HERE,

		/** On a thread that may block. */
		ELSEWHERE,

		/** The work has been begun, or is not begun any more. */
		BEGUN

	}

}
