package dev.llmcallbacks.dispatch;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/**
 * What has come from the work and has not been passed on, and how much of it may be: as
 * much as the subscriber wants and the run's lanes can take. The work is asked for a
 * burst only when nothing is left of the one before, so that nothing has to be stored
 * beyond the lanes, and a connection that nobody reads from closes its window.
 *
 * @param <T> the type of item
 */
final class Intake<T> implements CoreSubscriber<List<T>> {

	private final LiveRun live;

	private final Runnable pass;

	private final AtomicLong wanted = new AtomicLong();

	private final Queue<List<T>> arrived = Queues.<List<T>>unbounded(Queues.XS_BUFFER_SIZE).get();

	// written by the work's thread

	private volatile @Nullable Subscription upstream;

	private volatile boolean ended;

	private volatile @Nullable Throwable error;

	// written by whoever decides how the run ends

	private volatile boolean cancelled;

	// by the thread that passes items on

	private List<T> burst = List.of();

	private int next;

	/** How many more items are known to fit into the lanes. */
	private int room;

	private boolean asked;

	private boolean askedForAll;

	/**
	 * Create an intake.
	 * @param live the run
	 * @param pass passes on what can be passed on
	 */
	Intake(LiveRun live, Runnable pass) {
		this.live = live;
		this.pass = pass;
	}

	@Override
	public Context currentContext() {
		return this.live.reactorContext();
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		this.upstream = subscription;
		if (this.cancelled) {
			subscription.cancel();
			return;
		}
		this.pass.run();
	}

	@Override
	public void onNext(List<T> burst) {
		if (!this.ended) {
			this.arrived.offer(burst);
			this.pass.run();
		}
	}

	@Override
	public void onError(Throwable throwable) {
		end(throwable);
	}

	@Override
	public void onComplete() {
		end(null);
	}

	private void end(@Nullable Throwable error) {
		if (!this.ended) {
			this.error = error;
			this.ended = true;
			this.pass.run();
		}
	}

	/**
	 * Return why the work failed.
	 * @return the error, or {@code null} if it did not fail
	 */
	@Nullable Throwable error() {
		return this.error;
	}

	/**
	 * The subscriber wants more.
	 * @param n how many items more
	 */
	void want(long n) {
		this.wanted.accumulateAndGet(n, Operators::addCap);
	}

	/**
	 * Whether the work has ended and everything has been passed on.
	 * @return whether nothing is left to do
	 */
	boolean isOver() {
		return this.ended && isEmpty();
	}

	private boolean isEmpty() {
		return this.next == this.burst.size() && this.arrived.isEmpty();
	}

	/**
	 * Return how many items came together with the next one.
	 * @return the size of the burst, the next one included
	 */
	int burstSize() {
		return this.burst.size();
	}

	/**
	 * Whether an item may be passed on.
	 * @return whether there is one, it is wanted, and the lanes can take it
	 */
	boolean hasNext() {
		while (this.next == this.burst.size()) {
			List<T> arrived = this.arrived.poll();
			if (arrived == null) {
				return false;
			}
			this.burst = arrived;
			this.next = 0;
			this.room = 0;
			this.asked = this.askedForAll;
		}
		return this.wanted.get() > 0 && hasRoom();
	}

	/**
	 * Take the next item, to pass it on.
	 * @return the item
	 */
	T next() {
		this.room -= (this.room != Integer.MAX_VALUE) ? 1 : 0;
		if (this.wanted.get() != Long.MAX_VALUE) {
			this.wanted.decrementAndGet();
		}
		return this.burst.get(this.next++);
	}

	private boolean hasRoom() {
		if (this.room <= 0) {
			this.room = this.live.lanes().room();
		}
		if (this.room <= 0) {
			// what waits in the lanes must be on its way before it is waited for
			this.live.lanes().deliver();
			this.live.lanes().starve();
			this.room = this.live.lanes().room();
		}
		return this.room > 0;
	}

	/**
	 * Ask the work for more if nothing is left, and more can be passed on.
	 */
	void ask() {
		Subscription subscription = this.upstream;
		if (subscription == null || this.asked || !isEmpty() || this.wanted.get() == 0 || !hasRoom()) {
			return;
		}
		this.asked = true;
		this.askedForAll = this.wanted.get() == Long.MAX_VALUE && !this.live.lanes().wantItems();
		RunContext previous = CurrentRun.replace(this.live.context());
		subscription.request(this.askedForAll ? Long.MAX_VALUE : 1);
		CurrentRun.replace(previous);
	}

	/**
	 * Ask the work for no more.
	 */
	void cancel() {
		this.cancelled = true;
		Subscription subscription = this.upstream;
		if (subscription != null && !this.ended) {
			subscription.cancel();
		}
	}

	/**
	 * Drop what has not been passed on.
	 */
	void discard() {
		while (this.next < this.burst.size()) {
			Operators.onDiscard(this.burst.get(this.next++), currentContext());
		}
		for (List<T> left = this.arrived.poll(); left != null; left = this.arrived.poll()) {
			Operators.onDiscardMultiple(left, currentContext());
		}
	}

}
