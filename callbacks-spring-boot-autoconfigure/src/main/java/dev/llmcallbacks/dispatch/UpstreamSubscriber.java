package dev.llmcallbacks.dispatch;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/**
 * Subscribes to a run's work and buffers what it emits. Requests more only when
 * downstream demand and the remaining capacity of the lanes allow it: one batch at a
 * time, so that nothing is stored beyond the lanes, and a connection that is not read
 * from closes its window.
 *
 * @param <T> the type of item
 */
final class UpstreamSubscriber<T> implements CoreSubscriber<List<T>>, Scannable {

	private final Context context;

	private final RunContext current;

	private final RunLanes lanes;

	private final Runnable drain;

	private final AtomicLong demand = new AtomicLong();

	private final Queue<List<T>> arrived = Queues.<List<T>>unbounded(Queues.XS_BUFFER_SIZE).get();

	// written by the work's thread

	private volatile @Nullable Subscription upstream;

	private volatile boolean ended;

	private volatile @Nullable Throwable error;

	// written by the thread that decides the outcome

	private volatile boolean cancelled;

	// by the thread that passes items on

	private List<T> batch = List.of();

	private int next;

	/** Number of further items that are known to fit into the lanes. */
	private int capacity;

	private boolean requested;

	private boolean requestedAll;

	/**
	 * Create a subscriber.
	 * @param live the run
	 * @param drain passes on what can be passed on
	 */
	UpstreamSubscriber(LiveRun live, Runnable drain) {
		this.context = live.reactorContext();
		this.current = live.context();
		this.lanes = live.lanes();
		this.drain = drain;
	}

	@Override
	public Context currentContext() {
		return this.context;
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		if (!Operators.validate(this.upstream, subscription)) {
			return;
		}
		this.upstream = subscription;
		if (this.cancelled) {
			cancel(subscription);
			return;
		}
		this.drain.run();
	}

	@Override
	public void onNext(List<T> batch) {
		if (this.ended) {
			Operators.onNextDropped(batch, this.context);
			return;
		}
		if (this.cancelled) {
			Operators.onDiscardMultiple(batch, this.context);
			return;
		}
		this.arrived.offer(batch);
		this.drain.run();
	}

	@Override
	public void onError(Throwable throwable) {
		if (this.ended || this.cancelled) {
			Operators.onErrorDropped(throwable, this.context);
			return;
		}
		this.error = throwable;
		this.ended = true;
		this.drain.run();
	}

	@Override
	public void onComplete() {
		if (!this.ended) {
			this.ended = true;
			this.drain.run();
		}
	}

	@Override
	public @Nullable Object scanUnsafe(Attr key) {
		if (key == Attr.PARENT) {
			return this.upstream;
		}
		if (key == Attr.TERMINATED) {
			return this.ended;
		}
		if (key == Attr.CANCELLED) {
			return this.cancelled;
		}
		if (key == Attr.ERROR) {
			return this.error;
		}
		if (key == Attr.REQUESTED_FROM_DOWNSTREAM) {
			return this.demand.get();
		}
		return (key == Attr.RUN_STYLE) ? Attr.RunStyle.SYNC : null;
	}

	/**
	 * Return why the work failed.
	 * @return the error, or {@code null} if it did not fail
	 */
	@Nullable Throwable error() {
		return this.error;
	}

	/**
	 * Add downstream demand.
	 * @param n number of items
	 */
	void addDemand(long n) {
		this.demand.accumulateAndGet(n, Operators::addCap);
	}

	/**
	 * Whether the work has ended and everything has been passed on.
	 * @return whether nothing is left to do
	 */
	boolean isExhausted() {
		return this.ended && isEmpty();
	}

	private boolean isEmpty() {
		return this.next == this.batch.size() && this.arrived.isEmpty();
	}

	/**
	 * Return how many items arrived together with the next one.
	 * @return the size of the batch, the next one included
	 */
	int batchSize() {
		return this.batch.size();
	}

	/**
	 * Whether an item may be passed on.
	 * @return whether there is one, it is requested, and the lanes can take it
	 */
	boolean hasNext() {
		while (this.next == this.batch.size()) {
			List<T> arrived = this.arrived.poll();
			if (arrived == null) {
				return false;
			}
			this.batch = arrived;
			this.next = 0;
			this.capacity = 0;
			this.requested = this.requestedAll;
		}
		return this.demand.get() > 0 && hasCapacity();
	}

	/**
	 * Take the next item, to pass it on.
	 * @return the item
	 */
	T next() {
		this.capacity -= (this.capacity != Integer.MAX_VALUE) ? 1 : 0;
		if (this.demand.get() != Long.MAX_VALUE) {
			this.demand.decrementAndGet();
		}
		return this.batch.get(this.next++);
	}

	private boolean hasCapacity() {
		if (this.capacity <= 0) {
			this.capacity = this.lanes.remainingCapacity();
		}
		if (this.capacity <= 0) {
			// what waits in the lanes must be on its way before it is waited for
			this.lanes.signalAll();
			this.lanes.pauseWork();
			this.capacity = this.lanes.remainingCapacity();
		}
		return this.capacity > 0;
	}

	/**
	 * Request more from the work if nothing is left and more can be passed on.
	 */
	void requestMore() {
		Subscription subscription = this.upstream;
		if (subscription == null || this.requested || !isEmpty() || this.demand.get() == 0 || !hasCapacity()) {
			return;
		}
		this.requested = true;
		this.requestedAll = this.demand.get() == Long.MAX_VALUE && !this.lanes.receiveItems();
		RunContext previous = CurrentRun.replace(this.current);
		try {
			subscription.request(this.requestedAll ? Long.MAX_VALUE : 1);
		}
		finally {
			CurrentRun.replace(previous);
		}
	}

	/**
	 * Cancel the work.
	 */
	void cancel() {
		this.cancelled = true;
		Subscription subscription = this.upstream;
		if (subscription != null && !this.ended) {
			cancel(subscription);
		}
	}

	// the run ends whatever the work's own code throws
	private void cancel(Subscription subscription) {
		try {
			subscription.cancel();
		}
		catch (Throwable ex) {
			Operators.onErrorDropped(ex, this.context);
		}
	}

	/**
	 * Discard what has not been passed on.
	 */
	void discard() {
		while (this.next < this.batch.size()) {
			Operators.onDiscard(this.batch.get(this.next++), this.context);
		}
		for (List<T> left = this.arrived.poll(); left != null; left = this.arrived.poll()) {
			Operators.onDiscardMultiple(left, this.context);
		}
	}

}
