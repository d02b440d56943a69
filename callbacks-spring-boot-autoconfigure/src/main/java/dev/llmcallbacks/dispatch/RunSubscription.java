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

	private final RunLanes lanes;

	private final Intake<T> intake;

	private final Outlet<T> outlet;

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

	/** Events of a burst that are not in the lanes yet. */
	private List<CallbackEvent> gathered = new ArrayList<>();

	RunSubscription(CoreSubscriber<? super T> subscriber, RunEvents<T> events,
			Function<ActiveRun, ? extends Publisher<List<T>>> work, RunOpening opening, List<RunFilter> filters) {
		this.events = events;
		this.work = work;
		this.start = events.started(opening.run());
		this.scopes = new FilterScopes(filters, this.start, subscriber.currentContext());
		this.live = new LiveRun(opening, this.scopes.context(), this);
		this.lanes = this.live.lanes();
		this.outer = opening.parent();
		this.intake = new Intake<>(this.live, this::pass);
		this.outlet = new Outlet<>(subscriber, this.outer, this::error);
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
		this.outlet.begin(this);
		Completion started = new Completion(this::beginWork);
		RunEnd endedAlready;
		synchronized (this) {
			// the first event has to be in the lanes before anyone else can append the
			// last
			this.lanes.appendStart(this.start, started);
			this.begun = true;
			endedAlready = this.ending.end();
		}
		this.lanes.deliver();
		started.arm();
		if (endedAlready != null) {
			this.live.end(endedAlready, this.outlet::end);
		}
	}

	private void refuse() {
		decide(Outcome.CANCELLED, LiveRun.runAroundHasEnded());
		this.live.discard();
		this.outlet.begin(this);
		this.outlet.end();
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
			if (this.lanes.wantItems() && this.intake.burstSize() > 1) {
				this.bursts.begin(this.intake.burstSize());
				passItems(this.bursts.isQuick() && this.lanes.mayGather());
				this.bursts.end();
			}
			else {
				passItems(!this.lanes.wantItems());
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
			this.lanes.appendBurst(this.gathered);
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
			this.outlet.enter();
			this.gathering = true;
			this.lanes.beginBurst(this.bursts.isHot());
		}
		do {
			passItem(this.intake.next(), together);
		}
		while (!this.ending.isDecided() && !this.holding && this.intake.hasNext());
		if (together) {
			appendGathered();
			this.gathering = false;
			this.lanes.endBurst();
			this.outlet.leave();
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
				event = this.lanes.wantItems() ? this.events.itemEvent(this.live.run(), item) : null;
			}
			catch (RuntimeException ex) {
				failure = ex;
			}
			if (event != null && together) {
				this.gathered.add(event);
			}
			else if (event != null) {
				lockstep = this.lanes.isLockstep() ? new Completion(() -> releaseItem(item)) : null;
				this.lanes.appendItem(event, lockstep);
			}
		}
		if (failure != null) {
			decide(Outcome.FAILED, failure);
			return;
		}
		if (together) {
			this.outlet.tell(item);
			return;
		}
		this.holding = lockstep != null;
		this.lanes.deliverItem();
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
		this.outlet.enter();
		if (this.ending.isDecided()) {
			Operators.onDiscard(item, this.live.reactorContext());
		}
		else {
			this.outlet.tell(item);
		}
		this.outlet.leave();
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
		this.outlet.cancelled();
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
			this.live.end(end, this.outlet::end);
		}
		pass();
		return true;
	}

	private synchronized @Nullable Throwable error() {
		return this.ending.error();
	}

}
