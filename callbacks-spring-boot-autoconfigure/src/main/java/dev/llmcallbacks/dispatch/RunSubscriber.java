package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.run.Run;

/**
 * One run from its first event to its last: between the work and whoever subscribed to
 * it. This is the one place that decides how a run ends.
 * <p>
 * The work's thread brings items and the work's end, the subscriber's threads bring
 * demand and cancellation, the lanes' threads bring failures. Whoever decides first
 * decides.
 *
 * @param <T> the type of item
 */
final class RunSubscriber<T> implements CoreSubscriber<T>, Subscription, RunControl {

	private final CoreSubscriber<? super T> actual;

	private final RunEvents<T> events;

	private final Function<ActiveRun, ? extends Publisher<T>> work;

	private final RunStart start;

	private final FilterScopes scopes;

	private final LiveRun live;

	/**
	 * The run in force where this one was subscribed to, and for what the subscriber
	 * does.
	 */
	private final @Nullable RunContext outer;

	private final Demand demand;

	private final long startNanos = System.nanoTime();

	/** Serializes what is signalled to the subscriber. */
	private final AtomicInteger signals = new AtomicInteger();

	// written under the lock, read without it for a first look

	private volatile @Nullable Outcome outcome;

	// guarded by this

	private @Nullable Subscription upstream;

	private boolean begun;

	private @Nullable RunEnd end;

	private @Nullable Throwable error;

	private boolean subscriberCancelled;

	private boolean upstreamDone;

	private @Nullable Throwable upstreamError;

	private boolean holdingItem;

	RunSubscriber(CoreSubscriber<? super T> actual, RunEvents<T> events,
			Function<ActiveRun, ? extends Publisher<T>> work, RunOpening opening, List<RunFilter> filters) {
		this.actual = actual;
		this.events = events;
		this.work = work;
		this.start = events.started(opening.run());
		this.scopes = new FilterScopes(filters, this.start, actual.currentContext());
		this.live = new LiveRun(opening, this.scopes.context(), this);
		this.outer = opening.parent();
		this.demand = new Demand(this.live);
	}

	/**
	 * Open the run: tell its first event, and begin the work when it has been heard.
	 */
	void begin() {
		if (!this.live.open()) {
			refuse();
			return;
		}
		this.actual.onSubscribe(this);
		Completion started = new Completion(this::beginWork);
		RunEnd endedAlready;
		synchronized (this) {
			// the first event has to be in the lanes before anyone else can append the
			// last
			this.live.appendStart(this.start, started);
			this.begun = true;
			endedAlready = this.end;
		}
		this.live.deliver();
		started.arm();
		if (endedAlready != null) {
			this.live.end(endedAlready, this::ended);
		}
	}

	private void refuse() {
		decide(Outcome.CANCELLED, LiveRun.runAroundHasEnded());
		this.live.discard();
		this.actual.onSubscribe(this);
		ended();
	}

	private void beginWork() {
		if (this.outcome != null) {
			return;
		}
		RunContext previous = CurrentRun.replace(this.live.context());
		try {
			this.work.apply(this.live).subscribe(this);
		}
		catch (Throwable ex) {
			Exceptions.throwIfJvmFatal(ex);
			decide(Outcome.FAILED, ex);
		}
		finally {
			CurrentRun.replace(previous);
		}
	}

	@Override
	public Context currentContext() {
		return this.live.reactorContext();
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		synchronized (this) {
			if (this.outcome == null) {
				this.upstream = subscription;
			}
		}
		if (this.outcome != null) {
			subscription.cancel();
			return;
		}
		this.demand.begin(subscription);
	}

	@Override
	public void onNext(T item) {
		CallbackEvent event = null;
		Completion lockstep = null;
		RuntimeException failure = null;
		synchronized (this) {
			if (this.outcome != null) {
				Operators.onDiscard(item, currentContext());
				return;
			}
			try {
				this.events.accept(item);
				event = this.live.hasItemLanes() ? this.events.itemEvent(this.live.run(), item) : null;
			}
			catch (RuntimeException ex) {
				failure = ex;
			}
			if (event != null) {
				lockstep = this.live.isLockstep() ? new Completion(() -> releaseItem(item)) : null;
				this.holdingItem = lockstep != null;
				this.live.appendItem(event, lockstep);
			}
		}
		if (failure != null) {
			decide(Outcome.FAILED, failure);
			return;
		}
		if (event != null) {
			this.live.deliverItem();
		}
		if (lockstep != null) {
			lockstep.arm();
		}
		else {
			signalItem(item);
			this.demand.handedOn();
		}
	}

	private void releaseItem(T item) {
		signalItem(item);
		boolean done;
		synchronized (this) {
			this.holdingItem = false;
			done = this.upstreamDone;
		}
		if (done) {
			workEnded();
		}
		// only now may the next item come
		this.demand.handedOn();
	}

	private void signalItem(T item) {
		if (this.outcome != null) {
			Operators.onDiscard(item, currentContext());
			return;
		}
		if (this.signals.getAndIncrement() == 0) {
			RunContext inForce = CurrentRun.replace(this.outer);
			this.actual.onNext(item);
			CurrentRun.replace(inForce);
			if (this.signals.decrementAndGet() != 0) {
				signalEndNow();
			}
		}
	}

	@Override
	public void onError(Throwable throwable) {
		upstreamEnded(throwable);
	}

	@Override
	public void onComplete() {
		upstreamEnded(null);
	}

	private void upstreamEnded(@Nullable Throwable throwable) {
		synchronized (this) {
			if (this.outcome != null || this.upstreamDone) {
				return;
			}
			this.upstreamDone = true;
			this.upstreamError = throwable;
			if (this.holdingItem) {
				return;
			}
		}
		workEnded();
	}

	private void workEnded() {
		if (this.upstreamError != null) {
			decide(Outcome.FAILED, this.upstreamError);
		}
		else if (this.live.isNested()) {
			decide(Outcome.COMPLETED, null);
		}
		else {
			this.live.drain(() -> decide(Outcome.COMPLETED, null));
		}
	}

	@Override
	public void request(long n) {
		if (Operators.validate(n)) {
			this.demand.add(n);
		}
	}

	@Override
	public void cancel() {
		synchronized (this) {
			this.subscriberCancelled = true;
		}
		decide(Outcome.CANCELLED, null);
	}

	@Override
	public void cancel(Throwable reason) {
		decide(Outcome.CANCELLED, reason);
	}

	@Override
	public void fail(CallbackException exception, boolean inEnd) {
		if (decide(Outcome.FAILED, exception) || !inEnd) {
			return;
		}
		synchronized (this) {
			if (this.error == null) {
				this.error = (this.outcome == Outcome.COMPLETED) ? exception : null;
			}
			else if (!isTold(this.error, exception)) {
				this.error.addSuppressed(exception);
			}
		}
	}

	private static boolean isTold(Throwable error, CallbackException exception) {
		return error.getCause() == exception.getCause()
				|| Arrays.stream(error.getSuppressed()).anyMatch((other) -> other.getCause() == exception.getCause());
	}

	@Override
	public void refill() {
		Schedulers.parallel().schedule(this.demand::replenish);
	}

	private boolean decide(Outcome outcome, @Nullable Throwable error) {
		RunEnd end;
		Subscription subscription;
		boolean begun;
		synchronized (this) {
			if (this.outcome != null) {
				return false;
			}
			end = endOf(outcome, error);
			this.end = end;
			this.outcome = end.outcome();
			begun = this.begun;
			subscription = this.upstreamDone ? null : this.upstream;
		}
		if (subscription != null) {
			subscription.cancel();
		}
		this.scopes.close(end);
		if (begun) {
			this.live.end(end, this::ended);
		}
		return true;
	}

	// under the lock; a run whose result cannot be made has failed
	private RunEnd endOf(Outcome outcome, @Nullable Throwable error) {
		Run run = this.live.run();
		Duration duration = Duration.ofNanos(System.nanoTime() - this.startNanos);
		this.error = error;
		if (outcome == Outcome.CANCELLED) {
			return this.events.cancelled(run, duration);
		}
		if (error != null) {
			return this.events.failed(run, duration, error);
		}
		try {
			return this.events.completed(run, duration);
		}
		catch (RuntimeException ex) {
			this.error = ex;
			return this.events.failed(run, duration, ex);
		}
	}

	private void ended() {
		synchronized (this) {
			if (this.subscriberCancelled) {
				return;
			}
		}
		if (this.signals.getAndIncrement() == 0) {
			signalEndNow();
		}
	}

	private void signalEndNow() {
		Throwable error;
		synchronized (this) {
			error = this.error;
		}
		RunContext inForce = CurrentRun.replace(this.outer);
		if (error != null) {
			this.actual.onError(error);
		}
		else {
			this.actual.onComplete();
		}
		CurrentRun.replace(inForce);
	}

}
