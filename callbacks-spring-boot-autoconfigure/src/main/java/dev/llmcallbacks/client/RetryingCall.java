package dev.llmcallbacks.client;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

import dev.llmcallbacks.dispatch.ActiveRun;
import dev.llmcallbacks.event.Retry;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.model.ChatTimeoutException;
import dev.llmcallbacks.model.ProviderError;

/**
 * Operator that calls a model, tries again while nothing has been handed on, and limits
 * the time for which the subscriber waits: for the first token and between tokens of each
 * attempt, and for the call with its retries. Timeouts run only while items are requested
 * and none is being handled downstream. A retry begins on
 * {@link Schedulers#boundedElastic()}, where a model may block.
 *
 * @param <T> the type of item
 */
final class RetryingCall<T> extends Flux<T> implements Scannable {

	private final Flux<T> attempt;

	private final ItemKinds<T> kinds;

	private final TimeLimits timeLimits;

	private final ChatClientSettings settings;

	private final ActiveRun run;

	private final SignalClock clock;

	private RetryingCall(Flux<T> attempt, ItemKinds<T> kinds, TimeLimits timeLimits, ChatClientSettings settings,
			ActiveRun run, SignalClock clock) {
		this.attempt = attempt;
		this.kinds = kinds;
		this.timeLimits = timeLimits;
		this.settings = settings;
		this.run = run;
		this.clock = clock;
	}

	/**
	 * Call a model that streams its answer.
	 * @param attempt calls the model with each subscription
	 * @param settings the settings of the client
	 * @param run emits the retries
	 * @param clock is set when an item arrives
	 * @return the call
	 */
	static Flux<List<ChatChunk>> ofStream(Flux<List<ChatChunk>> attempt, ChatClientSettings settings, ActiveRun run,
			SignalClock clock) {
		return onAssembly(
				new RetryingCall<>(attempt, RetryingCall::kindOf, settings.timeLimits(), settings, run, clock));
	}

	/**
	 * Call a model that answers as a whole.
	 * @param attempt calls the model with each subscription
	 * @param settings the settings of the client
	 * @param run emits the retries
	 * @param clock is set when the answer arrives
	 * @return the call
	 */
	static Flux<ChatResponse> ofCall(Mono<ChatResponse> attempt, ChatClientSettings settings, ActiveRun run,
			SignalClock clock) {
		TimeLimits whole = new TimeLimits(Duration.ZERO, Duration.ZERO, settings.timeLimits().call());
		return onAssembly(
				new RetryingCall<>(attempt.flux(), (response) -> ItemKind.CONTENT, whole, settings, run, clock));
	}

	private static ItemKind kindOf(List<ChatChunk> chunks) {
		for (ChatChunk chunk : chunks) {
			if (chunk.hasContent()) {
				return ItemKind.CONTENT;
			}
		}
		return chunks.isEmpty() ? ItemKind.NOTHING : ItemKind.FACTS;
	}

	@Override
	public void subscribe(CoreSubscriber<? super T> actual) {
		Call<T> call = new Call<>(actual, this);
		actual.onSubscribe(call);
		call.attempt();
	}

	@Override
	public @Nullable Object scanUnsafe(Attr key) {
		if (key == Attr.PARENT) {
			return this.attempt;
		}
		return (key == Attr.RUN_STYLE) ? Attr.RunStyle.ASYNC : null;
	}

	/** Kind of an item, as far as retries and timeouts are concerned. */
	private enum ItemKind {

		/** Nothing that forbids a retry. */
		NOTHING,

		/** Something, after which there is no retry. */
		FACTS,

		/** Something that ends the wait for the next token. */
		CONTENT

	}

	/** Determines the kind of an item. */
	@FunctionalInterface
	private interface ItemKinds<T> {

		ItemKind of(T item);

	}

	/** One subscription. */
	private static final class Call<T> implements Subscription, Scannable {

		private final CoreSubscriber<? super T> actual;

		private final RetryingCall<T> operator;

		private final IdleTimeout tokenTimeout;

		private final IdleTimeout callTimeout;

		// guarded by this

		private @Nullable Attempt<T> current;

		private @Nullable Disposable retry;

		private String limitName = "first-token";

		private long requested;

		private long produced;

		private boolean handling;

		private boolean done;

		// written by the signals of attempts, which are serial

		private int attempts;

		private boolean handedOn;

		Call(CoreSubscriber<? super T> actual, RetryingCall<T> operator) {
			this.actual = actual;
			this.operator = operator;
			TimeLimits limits = operator.timeLimits;
			this.tokenTimeout = new IdleTimeout(this, limits.firstToken().toNanos(), () -> timedOut(this.limitName,
					this.limitName.equals("silence") ? limits.silence() : limits.firstToken()));
			this.callTimeout = new IdleTimeout(this, limits.call().toNanos(), () -> timedOut("call", limits.call()));
		}

		void attempt() {
			Attempt<T> next = new Attempt<>(this);
			synchronized (this) {
				if (this.done) {
					return;
				}
				this.current = next;
				startTimeouts(System.nanoTime());
			}
			this.attempts++;
			try {
				this.operator.attempt.subscribe(next);
			}
			catch (Throwable ex) {
				// a fatal error included, which would otherwise not be signalled at all
				next.onError(ex);
				if (ex instanceof VirtualMachineError error) {
					throw error;
				}
			}
		}

		private void startTimeouts(long now) {
			if (this.requested > this.produced && !this.handling && !this.done) {
				this.callTimeout.start(now);
				if (this.current != null) {
					this.tokenTimeout.start(now);
				}
			}
		}

		private void stopTimeouts(long now) {
			this.tokenTimeout.stop(now);
			this.callTimeout.stop(now);
		}

		void begin(Attempt<T> attempt, Subscription upstream) {
			long demand;
			synchronized (this) {
				attempt.upstream = upstream;
				demand = (this.requested == Long.MAX_VALUE) ? Long.MAX_VALUE : this.requested - this.produced;
				demand = (this.done) ? -1 : demand;
			}
			if (demand < 0) {
				upstream.cancel();
			}
			else if (demand > 0) {
				upstream.request(demand);
			}
		}

		void next(Attempt<T> attempt, T item) {
			ItemKind kind = this.operator.kinds.of(item);
			long now = this.operator.clock.tick();
			boolean late;
			synchronized (this) {
				late = isOver(attempt);
				if (!late) {
					stopTimeouts(now);
					if (kind == ItemKind.CONTENT) {
						this.limitName = "silence";
						this.tokenTimeout.reset(this.operator.timeLimits.silence().toNanos());
					}
					this.handling = true;
					this.produced++;
				}
			}
			if (late) {
				Operators.onDiscard(item, this.actual.currentContext());
				return;
			}
			this.handedOn |= kind != ItemKind.NOTHING;
			this.actual.onNext(item);
			long after = System.nanoTime();
			synchronized (this) {
				this.handling = false;
				startTimeouts(after);
			}
		}

		private boolean isOver(Attempt<T> attempt) {
			return this.done || this.current != attempt;
		}

		void fail(Attempt<T> attempt, Throwable failure) {
			if (!leave(attempt)) {
				Operators.onErrorDropped(failure, this.actual.currentContext());
				return;
			}
			Duration delay = delayAfter(failure);
			if (delay == null) {
				fail(failure);
				return;
			}
			try {
				ActiveRun run = this.operator.run;
				run.emit(new Retry(run.run(), Instant.now(), this.attempts, delay, failure));
				attemptAfter(delay);
			}
			catch (RuntimeException ex) {
				fail(ex);
			}
		}

		private boolean leave(Attempt<T> attempt) {
			synchronized (this) {
				if (isOver(attempt)) {
					return false;
				}
				this.current = null;
				this.handling = false;
				stopTimeouts(System.nanoTime());
				return true;
			}
		}

		private void fail(Throwable failure) {
			if (end()) {
				this.actual.onError(failure);
			}
			else {
				Operators.onErrorDropped(failure, this.actual.currentContext());
			}
		}

		// Return how long to wait, or null if another attempt is of no use, or if the
		// wait that the provider advises is too long
		private @Nullable Duration delayAfter(Throwable failure) {
			RetryPolicy policy = this.operator.settings.retryPolicy();
			if (this.handedOn || this.attempts >= policy.maxAttempts()
					|| !(failure instanceof ChatModelException exception) || !isRetryable(exception)) {
				return null;
			}
			Duration advised = exception.getProviderError().retryAfter();
			if (advised == null) {
				return policy.backoff(this.attempts);
			}
			boolean tooLong = advised.compareTo(policy.maxAdvisedWait()) > 0
					|| advised.compareTo(Duration.ofNanos(this.callTimeout.remaining())) >= 0;
			return tooLong ? null : advised;
		}

		private static boolean isRetryable(ChatModelException failure) {
			return failure.isRetryable() && !(failure.getCause() instanceof TimeoutException);
		}

		private synchronized void attemptAfter(Duration delay) {
			if (!this.done) {
				this.limitName = "first-token";
				this.tokenTimeout.reset(this.operator.timeLimits.firstToken().toNanos());
				this.retry = Schedulers.boundedElastic().schedule(this::attempt, delay.toNanos(), TimeUnit.NANOSECONDS);
				startTimeouts(System.nanoTime());
			}
		}

		void complete(Attempt<T> attempt) {
			if (leave(attempt) && end()) {
				this.actual.onComplete();
			}
		}

		private synchronized boolean end() {
			boolean first = !this.done;
			this.done = true;
			this.tokenTimeout.cancel();
			this.callTimeout.cancel();
			return first;
		}

		@Override
		public void request(long n) {
			if (!Operators.validate(n)) {
				return;
			}
			Subscription upstream;
			synchronized (this) {
				this.requested = Operators.addCap(this.requested, n);
				upstream = (this.current != null) ? this.current.upstream : null;
				startTimeouts(System.nanoTime());
			}
			if (upstream != null) {
				upstream.request(n);
			}
		}

		@Override
		public void cancel() {
			end();
			cancelUpstream();
		}

		private void cancelUpstream() {
			Subscription upstream;
			Disposable retry;
			synchronized (this) {
				upstream = (this.current != null) ? this.current.upstream : null;
				retry = this.retry;
			}
			if (retry != null) {
				retry.dispose();
			}
			if (upstream != null) {
				upstream.cancel();
			}
		}

		private Runnable timedOut(String limit, Duration duration) {
			this.done = true;
			String provider = this.operator.settings.runName();
			Throwable failure = new ChatTimeoutException(
					"%s kept its caller waiting for longer than %s; allow more with 'callbacks.timeouts.%s'"
						.formatted(provider, duration, limit),
					ProviderError.of(provider), new TimeoutException(limit));
			return () -> {
				cancel();
				this.actual.onError(failure);
			};
		}

		@Override
		public @Nullable Object scanUnsafe(Attr key) {
			if (key == Attr.ACTUAL) {
				return this.actual;
			}
			synchronized (this) {
				if (key == Attr.TERMINATED) {
					return this.done;
				}
				if (key == Attr.REQUESTED_FROM_DOWNSTREAM) {
					return this.requested - this.produced;
				}
			}
			return (key == Attr.RUN_STYLE) ? Attr.RunStyle.ASYNC : null;
		}

	}

	/** The subscriber of one attempt. */
	private static final class Attempt<T> implements CoreSubscriber<T>, Scannable {

		private final Call<T> call;

		/** Guarded by the call. */
		private @Nullable Subscription upstream;

		Attempt(Call<T> call) {
			this.call = call;
		}

		@Override
		public Context currentContext() {
			return this.call.actual.currentContext();
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			if (Operators.validate(this.upstream, subscription)) {
				this.call.begin(this, subscription);
			}
		}

		@Override
		public void onNext(T item) {
			this.call.next(this, item);
		}

		@Override
		public void onError(Throwable failure) {
			this.call.fail(this, failure);
		}

		@Override
		public void onComplete() {
			this.call.complete(this);
		}

		@Override
		public @Nullable Object scanUnsafe(Attr key) {
			if (key == Attr.PARENT) {
				return this.upstream;
			}
			if (key == Attr.ACTUAL) {
				return this.call.actual;
			}
			return (key == Attr.RUN_STYLE) ? Attr.RunStyle.ASYNC : null;
		}

	}

}
