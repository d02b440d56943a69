package dev.llmcallbacks.client;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Limits the time in which items are asked for and the source keeps silent. The clock
 * stands still while nothing is asked for, and while an item is handled by whoever gets
 * it.
 *
 * @param <T> the type of item
 */
final class TimeLimitedFlux<T> extends FluxOperator<T, T> {

	private final Rule<T> rule;

	private final LongSupplier timeBefore;

	private final LongSupplier timeAfter;

	/**
	 * Create a limit.
	 * @param source the source
	 * @param rule what is limited
	 * @param timeBefore tells the time when an item comes
	 * @param timeAfter tells the time when it has been handled
	 */
	TimeLimitedFlux(Flux<? extends T> source, Rule<T> rule, LongSupplier timeBefore, LongSupplier timeAfter) {
		super(source);
		this.rule = rule;
		this.timeBefore = timeBefore;
		this.timeAfter = timeAfter;
	}

	@Override
	public void subscribe(CoreSubscriber<? super T> actual) {
		this.source.subscribe(new Subscriber<>(actual, this));
	}

	/**
	 * How long may be waited.
	 *
	 * @param duration the time; zero for as long as it takes
	 * @param name what has to be allowed more if it is too short
	 */
	record Limit(Duration duration, String name) {

	}

	/**
	 * What is limited.
	 *
	 * @param <T> the type of item
	 * @param first how long may be waited at first
	 * @param next returns how long may be waited after an item, or {@code null} if what
	 * has been waited so far goes on counting
	 * @param failure makes the exception for a limit that was reached
	 */
	record Rule<T>(Limit first, Function<T, @Nullable Limit> next, Function<Limit, Throwable> failure) {

	}

	private static final class Subscriber<T> implements CoreSubscriber<T>, Subscription {

		private final CoreSubscriber<? super T> actual;

		private final Rule<T> rule;

		private final LongSupplier timeBefore;

		private final LongSupplier timeAfter;

		private final WaitClock clock;

		// guarded by this

		private @Nullable Subscription upstream;

		private Limit limit;

		private long demand;

		private boolean handling;

		private boolean done;

		Subscriber(CoreSubscriber<? super T> actual, TimeLimitedFlux<T> flux) {
			this.actual = actual;
			this.rule = flux.rule;
			this.timeBefore = flux.timeBefore;
			this.timeAfter = flux.timeAfter;
			this.limit = this.rule.first();
			this.clock = new WaitClock(this, this.limit.duration().toNanos(), this::limitReached);
		}

		@Override
		public Context currentContext() {
			return this.actual.currentContext();
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			synchronized (this) {
				this.upstream = subscription;
			}
			this.actual.onSubscribe(this);
		}

		@Override
		public void onNext(T item) {
			long before = this.timeBefore.getAsLong();
			synchronized (this) {
				if (this.done) {
					Operators.onDiscard(item, currentContext());
					return;
				}
				this.clock.stop(before);
				Limit next = this.rule.next().apply(item);
				if (next != null) {
					this.limit = next;
					this.clock.reset(next.duration().toNanos());
				}
				this.handling = true;
				this.demand -= (this.demand != Long.MAX_VALUE) ? 1 : 0;
			}
			this.actual.onNext(item);
			long after = this.timeAfter.getAsLong();
			synchronized (this) {
				this.handling = false;
				if (isWaiting()) {
					this.clock.start(after);
				}
			}
		}

		@Override
		public void onError(Throwable throwable) {
			if (end()) {
				this.actual.onError(throwable);
			}
		}

		@Override
		public void onComplete() {
			if (end()) {
				this.actual.onComplete();
			}
		}

		@Override
		public void request(long n) {
			Subscription subscription;
			synchronized (this) {
				this.demand = Operators.addCap(this.demand, n);
				subscription = this.upstream;
				if (isWaiting()) {
					this.clock.start(System.nanoTime());
				}
			}
			if (subscription != null) {
				subscription.request(n);
			}
		}

		@Override
		public void cancel() {
			end();
			Subscription subscription;
			synchronized (this) {
				subscription = this.upstream;
			}
			if (subscription != null) {
				subscription.cancel();
			}
		}

		private boolean isWaiting() {
			return this.demand > 0 && !this.handling && !this.done;
		}

		private synchronized boolean end() {
			boolean first = !this.done;
			this.done = true;
			this.clock.cancel();
			return first;
		}

		private Runnable limitReached() {
			this.done = true;
			Throwable failure = this.rule.failure().apply(this.limit);
			return () -> {
				cancel();
				this.actual.onError(failure);
			};
		}

	}

}
