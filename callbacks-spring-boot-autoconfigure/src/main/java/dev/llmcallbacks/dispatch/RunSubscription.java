package dev.llmcallbacks.dispatch;

import java.util.ArrayList;
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

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.run.Outcome;

/**
 * One run from its first event to its last: between the work and whoever subscribed to
 * it. This is the one place that decides how a run ends.
 * <p>
 * The work's thread brings items and the work's end, the subscriber's threads bring
 * demand and cancellation, the lanes' threads bring room and failures. Whoever decides
 * first decides. Whichever of them comes while none of the others does so passes items
 * on: one at a time, first to the run's events and lanes, then to the subscriber.
 *
 * @param <T> the type of item
 */
final class RunSubscription<T> implements Subscription, RunControl {

	private final CoreSubscriber<? super T> actual;

	private final RunEvents<T> events;

	private final Function<ActiveRun, ? extends Publisher<List<T>>> work;

	private final RunStart start;

	private final FilterScopes scopes;

	private final LiveRun live;

	/**
	 * The run in force where this one was subscribed to, and for what the subscriber
	 * does.
	 */
	private final @Nullable RunContext outer;

	private final Intake<T> intake;

	private final RunEnding ending;

	/** Not zero while a thread passes items on. */
	private final AtomicInteger passing = new AtomicInteger();

	// by the thread that passes items on

	private final Bursts bursts = new Bursts();

	private boolean over;

	// written by that thread, read by others

	/** Whether events may be gathered that are not in the lanes. */
	private volatile boolean gathering;

	// written by that thread or by the lane that it waits for

	/** Whether a handler in lockstep has an item that the subscriber is to get next. */
	private volatile boolean holding;

	// guarded by this

	private boolean begun;

	private boolean subscriberCancelled;

	/** Whether the subscriber is busy with an item; it hears of the end afterwards. */
	private boolean signalling;

	private boolean endDue;

	/** Events of a burst that are not in the lanes yet. */
	private List<CallbackEvent> gathered = new ArrayList<>();

	RunSubscription(CoreSubscriber<? super T> actual, RunEvents<T> events,
			Function<ActiveRun, ? extends Publisher<List<T>>> work, RunOpening opening, List<RunFilter> filters) {
		this.actual = actual;
		this.events = events;
		this.work = work;
		this.start = events.started(opening.run());
		this.scopes = new FilterScopes(filters, this.start, actual.currentContext());
		this.live = new LiveRun(opening, this.scopes.context(), this);
		this.outer = opening.parent();
		this.intake = new Intake<>(this.live, this::pass);
		this.ending = new RunEnding(events, opening.run());
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
			endedAlready = this.ending.end();
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
		if (this.ending.isDecided()) {
			return;
		}
		RunContext previous = CurrentRun.replace(this.live.context());
		try {
			this.work.apply(this.live).subscribe(this.intake);
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
	public void request(long n) {
		if (Operators.validate(n)) {
			this.intake.want(n);
			pass();
		}
	}

	@Override
	public void refill() {
		Schedulers.parallel().schedule(this::pass);
	}

	// what comes while another thread passes items on, that thread will pass on
	private void pass() {
		if (this.passing.getAndIncrement() > 0) {
			return;
		}
		RunContext inForce = CurrentRun.replace(this.outer);
		try {
			int missed = 1;
			while (missed > 0) {
				passAll();
				missed = this.passing.addAndGet(-missed);
			}
		}
		catch (Throwable ex) {
			// a subscriber that throws is told nothing more
			decide(Outcome.FAILED, ex);
			throw ex;
		}
		finally {
			CurrentRun.replace(inForce);
		}
	}

	private void passAll() {
		if (!this.ending.isDecided() && !this.holding && this.intake.hasNext()) {
			if (this.live.hasItemLanes() && this.intake.burstSize() > 1) {
				this.bursts.begin(this.intake.burstSize());
				passItems(this.bursts.isQuick() && this.live.mayGather());
				this.bursts.end();
			}
			else {
				passItems(!this.live.hasItemLanes());
			}
		}
		if (this.ending.isDecided()) {
			this.intake.discard();
		}
		else if (!this.holding && !this.over) {
			this.over = this.intake.isOver();
			if (this.over) {
				workEnded();
			}
			else {
				this.intake.ask();
			}
		}
	}

	@Override
	public void settle() {
		if (this.gathering) {
			appendGathered();
		}
	}

	private synchronized void appendGathered() {
		if (!this.gathered.isEmpty()) {
			this.live.appendBurst(this.gathered);
			this.gathered = new ArrayList<>(this.gathered.size());
		}
	}

	/**
	 * Pass items on as long as there are any.
	 * @param together whether nothing is done with an item between noting it and
	 * signalling it; lanes get theirs when all of them have been passed on
	 */
	private void passItems(boolean together) {
		if (together) {
			this.gathering = true;
			this.live.beginBurst(this.bursts.isHot());
		}
		do {
			passItem(this.intake.next(), together);
		}
		while (!this.ending.isDecided() && !this.holding && this.intake.hasNext());
		if (together) {
			appendGathered();
			this.gathering = false;
			this.live.endBurst();
			signalled();
		}
	}

	private void passItem(T item, boolean together) {
		CallbackEvent event = null;
		Completion lockstep = null;
		RuntimeException failure = null;
		synchronized (this) {
			if (this.ending.isDecided()) {
				Operators.onDiscard(item, this.live.reactorContext());
				return;
			}
			try {
				this.events.accept(item);
				event = this.live.hasItemLanes() ? this.events.itemEvent(this.live.run(), item) : null;
			}
			catch (RuntimeException ex) {
				failure = ex;
			}
			if (event != null && together) {
				this.gathered.add(event);
			}
			else if (event != null) {
				lockstep = this.live.isLockstep() ? new Completion(() -> releaseItem(item)) : null;
				this.live.appendItem(event, lockstep);
			}
			this.signalling = together;
		}
		if (failure != null) {
			decide(Outcome.FAILED, failure);
			return;
		}
		if (together) {
			this.actual.onNext(item);
			return;
		}
		this.holding = lockstep != null;
		this.live.deliverItem();
		if (lockstep != null) {
			lockstep.arm();
		}
		else {
			signalItem(item);
		}
	}

	private void releaseItem(T item) {
		signalItem(item);
		this.holding = false;
		pass();
	}

	private void signalItem(T item) {
		synchronized (this) {
			this.signalling = !this.ending.isDecided();
		}
		if (this.ending.isDecided()) {
			Operators.onDiscard(item, this.live.reactorContext());
			return;
		}
		this.actual.onNext(item);
		signalled();
	}

	private void signalled() {
		synchronized (this) {
			this.signalling = false;
			if (!this.endDue) {
				return;
			}
		}
		signalEnd();
	}

	private void workEnded() {
		Throwable failure = this.intake.error();
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
		if (!decide(Outcome.FAILED, exception) && inEnd) {
			synchronized (this) {
				this.ending.addFailure(exception);
			}
		}
	}

	private boolean decide(Outcome outcome, @Nullable Throwable error) {
		RunEnd end;
		boolean begun;
		synchronized (this) {
			if (this.ending.isDecided()) {
				return false;
			}
			appendGathered();
			end = this.ending.decide(outcome, error);
			begun = this.begun;
		}
		this.intake.cancel();
		this.scopes.close(end);
		if (begun) {
			this.live.end(end, this::ended);
		}
		pass();
		return true;
	}

	private void ended() {
		synchronized (this) {
			this.endDue = !this.subscriberCancelled;
			if (!this.endDue || this.signalling) {
				return;
			}
		}
		signalEnd();
	}

	private void signalEnd() {
		Throwable error;
		synchronized (this) {
			error = this.ending.error();
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
