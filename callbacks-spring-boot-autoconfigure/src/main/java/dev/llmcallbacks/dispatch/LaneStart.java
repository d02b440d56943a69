package dev.llmcallbacks.dispatch;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Sees to it that the lanes of one run are drained when there is something in them: at
 * once or, for blocking handlers and while items come thick and fast in this run or in
 * many, together with the lanes of other runs, a moment later.
 */
final class LaneStart {

	/** Those that are drained by handlers' own threads. */
	private final List<Lane> onHandlerThreads;

	/** Whether the subscriber waits until a handler has finished an item. */
	private final boolean awaitsItems;

	private final HandOver handOver;

	private final RunControl control;

	/** Set when the hand-over will come by. */
	private final AtomicBoolean handOverDue = new AtomicBoolean();

	// written by the thread that passes items on

	private volatile boolean hot;

	LaneStart(List<Lane> lanes, boolean awaitsItems, HandOver handOver, RunControl control) {
		this.onHandlerThreads = lanes.stream().filter(Lane::onHandlerThread).toList();
		this.awaitsItems = awaitsItems;
		this.handOver = handOver;
		this.control = control;
	}

	/**
	 * Something has been appended.
	 * @param lanes the lanes that it may have been appended to
	 */
	void now(List<Lane> lanes) {
		start(lanes, this.hot && this.handOver.isBusy());
	}

	/**
	 * An item that came alone has been appended.
	 * @param lanes the lanes that it was appended to
	 */
	void item(List<Lane> lanes) {
		if (this.hot) {
			this.hot = false;
		}
		start(lanes, !this.awaitsItems && hasHandlerThreads() && this.handOver.isBusyWithItems());
	}

	private void start(List<Lane> lanes, boolean mayWait) {
		for (Lane lane : lanes) {
			start(lane, mayWait);
		}
	}

	private void start(Lane lane, boolean mayWait) {
		if (mayWait && lane.onHandlerThread()) {
			soon();
		}
		else {
			lane.kick();
		}
	}

	/**
	 * A burst begins, the events of whose items are gathered. Blocking handlers get them
	 * also if the burst takes long.
	 * @param hot whether another one will follow at once
	 */
	void beginBurst(boolean hot) {
		this.hot = hot;
		soon();
	}

	/**
	 * A burst has ended, and what was gathered has been appended, perhaps after the
	 * hand-over has come by.
	 * @param lanes the lanes that it was appended to
	 */
	void endBurst(List<Lane> lanes) {
		for (Lane lane : lanes) {
			start(lane, this.hot && (this.handOver.isBusy() || !lane.isFilling()));
		}
	}

	private boolean hasHandlerThreads() {
		return !this.onHandlerThreads.isEmpty();
	}

	private void soon() {
		if (hasHandlerThreads() && !this.handOverDue.get() && this.handOverDue.compareAndSet(false, true)) {
			this.handOver.soon(this, this.hot);
		}
	}

	/**
	 * The hand-over comes by.
	 * @param taker gets the lanes to be drained
	 */
	void handOver(Consumer<Lane> taker) {
		this.handOverDue.set(false);
		this.control.settle();
		for (Lane lane : this.onHandlerThreads) {
			if (lane.isPending()) {
				taker.accept(lane);
			}
		}
	}

}
