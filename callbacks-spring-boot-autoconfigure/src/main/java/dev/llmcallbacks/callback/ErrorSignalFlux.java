package dev.llmcallbacks.callback;

import java.util.concurrent.atomic.AtomicBoolean;

import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Stream of the application's own, whose fatal errors end it. Reactor throws an error of
 * the virtual machine or of linking out of {@code subscribe} and {@code request}, and
 * sends no signal: work that is subscribed to on a thread of a scheduler would never end.
 *
 * @param <T> the type of item
 */
final class ErrorSignalFlux<T> extends Flux<T> {

	private final Publisher<? extends T> source;

	ErrorSignalFlux(Publisher<? extends T> source) {
		this.source = source;
	}

	@Override
	public void subscribe(CoreSubscriber<? super T> actual) {
		Guard<T> guard = new Guard<>(actual);
		try {
			this.source.subscribe(guard);
		}
		catch (Throwable ex) {
			guard.thrown(ex);
		}
	}

	private static final class Guard<T> implements CoreSubscriber<T>, Subscription {

		private final CoreSubscriber<? super T> actual;

		private final AtomicBoolean terminated = new AtomicBoolean();

		private volatile Subscription upstream = Operators.cancelledSubscription();

		private volatile boolean subscribed;

		Guard(CoreSubscriber<? super T> actual) {
			this.actual = actual;
		}

		@Override
		public Context currentContext() {
			return this.actual.currentContext();
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			if (this.subscribed) {
				subscription.cancel();
				return;
			}
			this.subscribed = true;
			this.upstream = subscription;
			this.actual.onSubscribe(this);
		}

		@Override
		public void onNext(T item) {
			if (!this.terminated.get()) {
				this.actual.onNext(item);
			}
			else {
				Operators.onNextDropped(item, currentContext());
			}
		}

		@Override
		public void onError(Throwable error) {
			if (this.terminated.compareAndSet(false, true)) {
				this.actual.onError(error);
			}
			else {
				Operators.onErrorDropped(error, currentContext());
			}
		}

		@Override
		public void onComplete() {
			if (this.terminated.compareAndSet(false, true)) {
				this.actual.onComplete();
			}
		}

		@Override
		public void request(long n) {
			try {
				this.upstream.request(n);
			}
			catch (Throwable ex) {
				thrown(ex);
			}
		}

		@Override
		public void cancel() {
			this.terminated.set(true);
			this.upstream.cancel();
		}

		void thrown(Throwable error) {
			this.upstream.cancel();
			if (!this.subscribed) {
				this.subscribed = true;
				this.actual.onSubscribe(this);
			}
			onError(error);
		}

	}

}
