package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.publisher.Operators;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.run.Outcome;

/**
 * Single run from its start to its terminal event, between the work and the downstream
 * subscriber. This is the one place that decides how a run ends.
 * <p>
 * The work's thread brings items and the work's end, the subscriber's threads bring
 * demand and cancellation, the lanes' threads bring capacity and failures. The first
 * decision counts. The first of them to find no other thread in {@link #drain()} passes
 * items on: one at a time, first to the run's events and lanes, then downstream. A run
 * that has begun is decided whatever is thrown; fatal errors are rethrown after that.
 *
 * @param <T> the type of item
 */
final class RunSubscription<T> implements Subscription, RunLanes.Source, Scannable {

	/** State bit of a factory in which a thread creates the event of an item. */
	private static final int BUSY = 1;

	/** State bit of a factory that creates no further events of items. */
	private static final int DECIDED = 2;

	private final RunEvents<T> events;

	private final Function<ActiveRun, ? extends Publisher<List<T>>> work;

	private final RunStart start;

	private final @Nullable CallbackException bindFailure;

	private final FilterScopes scopes;

	private final LiveRun live;

	/** The current run of the subscriber. */
	private final @Nullable RunContext outer;

	private final RunLanes lanes;

	/** Events of a burst that are not in the lanes yet. */
	private final GatheredEvents gathered;

	private final UpstreamSubscriber<T> upstream;

	private final SerializedDownstream<T> downstream;

	private final long startNanos = System.nanoTime();

	/** Not zero while a thread passes items on. */
	private final AtomicInteger wip = new AtomicInteger();

	// by the thread that passes items on

	private final ArrivalRate rate = new ArrivalRate();

	private boolean workEnded;

	// written by that thread or by the lane that it waits for

	/** Whether a handler in lockstep has an item that is to be emitted next. */
	private volatile boolean holding;

	// written by the thread that decides

	private final AtomicReference<@Nullable Decision> decision = new AtomicReference<>();

	/** State bits. A thread that decides leaves the rest to a busy one. */
	private final AtomicInteger factory = new AtomicInteger();

	// guarded by this; the end also read without it

	private boolean begun;

	private volatile @Nullable RunEnd end;

	private volatile @Nullable Throwable error;

	RunSubscription(CoreSubscriber<? super T> subscriber, RunEvents<T> events,
			Function<ActiveRun, ? extends Publisher<List<T>>> work, RunOpening opening, List<RunFilter> filters) {
		this.events = events;
		this.work = work;
		this.start = events.started(opening.run());
		this.bindFailure = opening.failure();
		this.scopes = new FilterScopes(filters, this.start, opening.context());
		this.live = new LiveRun(opening, this.scopes.context(), this);
		this.lanes = this.live.lanes();
		this.gathered = new GatheredEvents(this.lanes);
		this.outer = opening.parent();
		this.upstream = new UpstreamSubscriber<>(this.live, this::drain);
		this.downstream = new SerializedDownstream<>(subscriber, this.outer, () -> this.error);
	}

	LiveRun live() {
		return this.live;
	}

	/**
	 * Open the run: publish its start event, and begin the work when every handler has
	 * finished it.
	 */
	void begin() {
		if (!this.live.open()) {
			refuse();
			return;
		}
		Throwable failure = prepare();
		Countdown started = this.lanes.countdown(this::beginWork);
		RunEnd endedAlready;
		synchronized (this) {
			// the start has to be in the lanes before another thread can append the end
			this.lanes.appendStart(this.start, started);
			this.begun = true;
			endedAlready = this.end;
		}
		this.lanes.signalAll();
		if (endedAlready != null) {
			this.live.end(endedAlready, this.downstream::end);
		}
		started.arm();
		Exceptions.throwIfJvmFatal(failure);
	}

	// returns what was thrown, when the run has been decided
	private @Nullable Throwable prepare() {
		Throwable failure = (this.bindFailure != null) ? this.bindFailure : this.scopes.fatal();
		try {
			if (this.factory.compareAndSet(0, BUSY)) {
				this.events.prepare((type) -> this.lanes.receive(type) || this.scopes.read(type));
			}
		}
		catch (Throwable ex) {
			failure = ex;
		}
		try {
			this.downstream.onSubscribe(this);
		}
		catch (Throwable ex) {
			this.downstream.cancel();
			failure = ex;
		}
		try {
			if (failure != null) {
				decide(Outcome.FAILED, failure);
			}
			eventCreated();
		}
		catch (Throwable ex) {
			// a fatal error of a filter: the run is decided, and goes on to its end
			failure = ex;
		}
		return failure;
	}

	private void refuse() {
		try {
			decide(Outcome.CANCELLED, LiveRun.enclosingRunHasEnded());
		}
		finally {
			this.live.discard();
		}
		this.downstream.onSubscribe(this);
		this.downstream.end();
	}

	private void beginWork() {
		if (isDecided()) {
			return;
		}
		RunContext previous = CurrentRun.replace(this.live.context());
		try {
			this.work.apply(this.live).subscribe(this.upstream);
		}
		catch (Throwable ex) {
			decide(Outcome.FAILED, ex);
			Exceptions.throwIfJvmFatal(ex);
		}
		finally {
			CurrentRun.replace(previous);
		}
	}

	@Override
	public void request(long n) {
		if (Operators.validate(n)) {
			this.upstream.addDemand(n);
			drain();
		}
	}

	@Override
	public void resume() {
		this.lanes.continueElsewhere(this::drain);
	}

	// a thread that finds another one draining leaves its signal to that one
	private void drain() {
		if (this.wip.getAndIncrement() > 0) {
			return;
		}
		RunContext previous = CurrentRun.replace(this.outer);
		try {
			int missed = 1;
			while (missed > 0) {
				passAll();
				missed = this.wip.addAndGet(-missed);
			}
		}
		catch (Throwable ex) {
			decide(Outcome.FAILED, ex);
			throw ex;
		}
		finally {
			CurrentRun.replace(previous);
		}
	}

	private void passAll() {
		if (!isDecided() && !this.holding && this.upstream.hasNext()) {
			if (!this.lanes.receiveItems()) {
				passUnreceivedItems();
			}
			else if (this.upstream.batchSize() > 1) {
				passBatch();
			}
			else {
				passItems();
			}
		}
		if (isDecided()) {
			this.upstream.discard();
		}
		else if (!this.holding && !this.workEnded) {
			this.workEnded = this.upstream.isExhausted();
			if (this.workEnded) {
				endWork();
			}
			else {
				this.upstream.requestMore();
			}
		}
	}

	private void passBatch() {
		this.rate.batchBegins(this.upstream.batchSize());
		if (this.rate.isSubscriberFast() && this.lanes.mayGather()) {
			gatherItems();
		}
		if (canPass()) {
			passItems();
		}
		this.rate.batchEnds();
	}

	private boolean canPass() {
		return !isDecided() && !this.holding && this.upstream.hasNext();
	}

	// each item is in the lanes before it is emitted
	private void passItems() {
		do {
			T item = this.upstream.next();
			CallbackEvent event = createEvent(item, true);
			Countdown lockstep = null;
			if (event != null) {
				lockstep = this.lanes.isLockstep() ? this.lanes.countdown(() -> releaseItem(item)) : null;
				synchronized (this) {
					if (this.end == null) {
						this.lanes.appendItem(event, lockstep);
					}
				}
				this.holding = lockstep != null;
			}
			eventCreated();
			if (event != null) {
				this.lanes.signalItem();
			}
			if (lockstep != null) {
				lockstep.arm();
			}
			else {
				emit(item);
			}
		}
		while (canPass());
	}

	// lanes get the events of the items when all of them have been emitted, unless that
	// takes long
	private void gatherItems() {
		this.downstream.enter();
		this.gathered.begin();
		try {
			boolean overdue;
			do {
				T item = this.upstream.next();
				overdue = this.gathered.add(createEvent(item, true));
				eventCreated();
				if (overdue) {
					this.gathered.flushOverdue();
				}
				emitOrDiscard(item);
			}
			while (!overdue && canPass());
		}
		finally {
			this.gathered.end();
			try {
				this.lanes.signalItems(this.rate.isHigh());
			}
			finally {
				this.downstream.leave();
			}
		}
	}

	private void passUnreceivedItems() {
		this.downstream.enter();
		try {
			do {
				T item = this.upstream.next();
				createEvent(item, false);
				eventCreated();
				emitOrDiscard(item);
			}
			while (canPass());
		}
		finally {
			this.downstream.leave();
		}
	}

	private void releaseItem(T item) {
		RunContext previous = CurrentRun.replace(this.outer);
		try {
			emit(item);
		}
		catch (Throwable ex) {
			decide(Outcome.FAILED, ex);
			throw ex;
		}
		finally {
			CurrentRun.replace(previous);
			this.holding = false;
		}
		drain();
	}

	private void emit(T item) {
		this.downstream.enter();
		try {
			emitOrDiscard(item);
		}
		finally {
			this.downstream.leave();
		}
	}

	private void emitOrDiscard(T item) {
		if (isDecided()) {
			Operators.onDiscard(item, this.live.reactorContext());
		}
		else {
			this.downstream.onNext(item);
		}
	}

	/**
	 * Create the event of an item. A decision that is taken meanwhile takes effect with
	 * {@link #eventCreated()}, which has to follow: application code runs here, and no
	 * lock may be held.
	 * @param item the item
	 * @param received whether a handler receives the event
	 * @return the event, or {@code null} if there is none
	 */
	private @Nullable CallbackEvent createEvent(T item, boolean received) {
		if (!this.factory.compareAndSet(0, BUSY)) {
			return null;
		}
		try {
			this.events.accept(item);
			return received ? this.events.itemEvent(this.live.run(), item) : null;
		}
		catch (Throwable ex) {
			decide(Outcome.FAILED, ex);
			if (Exceptions.isJvmFatal(ex)) {
				eventCreated();
				throw ex;
			}
			return null;
		}
	}

	private void eventCreated() {
		if (!this.factory.compareAndSet(BUSY, 0) && this.factory.compareAndSet(BUSY | DECIDED, DECIDED)) {
			carryOut(Objects.requireNonNull(this.decision.get()));
		}
	}

	@Override
	public void flush() {
		this.gathered.flush();
	}

	private void endWork() {
		Throwable failure = this.upstream.error();
		if (failure != null) {
			decide(Outcome.FAILED, failure);
		}
		else if (this.live.isNested()) {
			decide(Outcome.COMPLETED, null);
		}
		else {
			this.live.drain(() -> decide(Outcome.COMPLETED, null));
		}
	}

	@Override
	public void cancel() {
		this.downstream.cancel();
		decide(Outcome.CANCELLED, null);
	}

	@Override
	public void cancel(Throwable reason) {
		decide(Outcome.CANCELLED, reason);
	}

	@Override
	public void fail(CallbackException exception, boolean inEnd) {
		if (!decide(Outcome.FAILED, exception) && inEnd) {
			addFailure(exception);
		}
	}

	private boolean isDecided() {
		return this.decision.get() != null;
	}

	@Override
	public boolean isAborted() {
		Decision decision = this.decision.get();
		return decision != null && decision.outcome() != Outcome.COMPLETED;
	}

	private boolean decide(Outcome outcome, @Nullable Throwable error) {
		Decision decision = new Decision(outcome, error, Duration.ofNanos(System.nanoTime() - this.startNanos));
		if (isDecided() || !this.decision.compareAndSet(null, decision)) {
			return false;
		}
		boolean busy = (this.factory.getAndUpdate((state) -> state | DECIDED) & BUSY) != 0;
		try {
			this.upstream.cancel();
		}
		finally {
			if (!busy) {
				carryOut(decision);
			}
		}
		return true;
	}

	// by one thread: no other is in an event factory, nor will be
	private void carryOut(Decision decision) {
		synchronized (this) {
			this.error = decision.error();
		}
		RunEnd end = TerminalEvents.create(this.events, this.start, decision.outcome(), decision.error(),
				decision.duration(), (failure) -> failedToCreate(decision.outcome(), failure));
		boolean begun;
		this.gathered.close();
		synchronized (this) {
			this.end = end;
			begun = this.begun;
		}
		this.scopes.close(end);
		if (begun) {
			this.live.end(end, this.downstream::end);
		}
		drain();
		if (this.scopes.fatal() != null && this.scopes.fatal() != decision.error()) {
			throw this.scopes.fatal();
		}
	}

	// an event factory that throws fails the run, and does not leave it without an end
	private synchronized void failedToCreate(Outcome outcome, Throwable failure) {
		if (this.error == null && outcome == Outcome.COMPLETED) {
			this.error = failure;
		}
		else if (this.error != null && this.error != failure) {
			this.error.addSuppressed(failure);
		}
	}

	// a handler with raiseError has failed in the terminal event
	private synchronized void addFailure(CallbackException exception) {
		if (this.error == null) {
			this.error = isAborted() ? null : exception;
		}
		else if (!includes(this.error, exception)) {
			this.error.addSuppressed(exception);
		}
	}

	// the methods of an application's exception may throw
	private static boolean includes(Throwable error, CallbackException exception) {
		try {
			return error.getCause() == exception.getCause() || Arrays.stream(error.getSuppressed())
				.anyMatch((other) -> other.getCause() == exception.getCause());
		}
		catch (RuntimeException ex) {
			return false;
		}
	}

	@Override
	public @Nullable Object scanUnsafe(Attr key) {
		if (key == Attr.PARENT) {
			return this.upstream;
		}
		if (key == Attr.ACTUAL) {
			return this.downstream.actual();
		}
		if (key == Attr.TERMINATED) {
			return this.end != null;
		}
		if (key == Attr.CANCELLED) {
			return this.downstream.isCancelled();
		}
		return (key == Attr.RUN_STYLE) ? Attr.RunStyle.ASYNC : null;
	}

	/**
	 * How the run ends.
	 *
	 * @param outcome the outcome
	 * @param error the error that the subscriber receives, or {@code null}
	 * @param duration how long the run took
	 */
	private record Decision(Outcome outcome, @Nullable Throwable error, Duration duration) {

	}

}
