package dev.llmcallbacks.dispatch;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Operators;

/**
 * Passes a subscriber's demand on to the work, in portions that fit into the run's lanes.
 */
final class Demand {

	/** How many items are asked for at a time when a lane may hold the work back. */
	private static final int PORTION = 32;

	private final LiveRun live;

	// guarded by this

	private @Nullable Subscription upstream;

	private long wanted;

	/** Items that were asked for and have not been handed on to the subscriber. */
	private long outstanding;

	Demand(LiveRun live) {
		this.live = live;
	}

	void begin(Subscription subscription) {
		synchronized (this) {
			this.upstream = subscription;
		}
		replenish();
	}

	void add(long n) {
		synchronized (this) {
			this.wanted = Operators.addCap(this.wanted, n);
		}
		replenish();
	}

	/**
	 * An item has been handed on to the subscriber.
	 */
	void handedOn() {
		Subscription subscription;
		long portion;
		synchronized (this) {
			if (this.outstanding == Long.MAX_VALUE) {
				return;
			}
			this.outstanding--;
			subscription = this.upstream;
			portion = takePortion();
		}
		request(subscription, portion);
	}

	/**
	 * Ask the work for what the subscriber wants and the lanes can take.
	 */
	void replenish() {
		Subscription subscription;
		long portion;
		synchronized (this) {
			subscription = this.upstream;
			portion = takePortion();
		}
		request(subscription, portion);
	}

	private static void request(@Nullable Subscription subscription, long portion) {
		if (subscription != null && portion > 0) {
			subscription.request(portion);
		}
	}

	private long takePortion() {
		if (this.upstream == null) {
			return 0;
		}
		long portion = nextPortion();
		this.wanted -= (this.wanted != Long.MAX_VALUE) ? portion : 0;
		this.outstanding = Operators.addCap(this.outstanding, portion);
		return portion;
	}

	private long nextPortion() {
		if (this.wanted == 0 || this.outstanding > PORTION / 4) {
			return 0;
		}
		if (!this.live.hasItemLanes()) {
			return this.wanted;
		}
		long free = this.live.room() - this.outstanding;
		if (free <= 0 && this.outstanding == 0) {
			// no item is on its way whose arrival would be an occasion to look again
			this.live.starve();
			free = this.live.room();
		}
		return Math.min(this.wanted, Math.min(Math.max(free, 0), PORTION));
	}

}
