package dev.llmcallbacks.feed;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Copy of a feed of another node, for all its followers on this node. It is read from the
 * store when the store signals a change, and twice a second in case the signal was lost.
 * <p>
 * The feed is interrupted if no node writes it and it has no end, and if the store cannot
 * be read for the time of the lease.
 */
final class CopiedFeed {

	private static final long POLL_MILLIS = 500;

	private static final String NODE_LOST = "node";

	private static final String STORE_FAILED = "store";

	private final UUID runId;

	private final FeedStore store;

	private final FeedSettings settings;

	private final Scheduler scheduler;

	private final Consumer<Throwable> failed;

	private final FeedLog log;

	/** The read that goes on. */
	private final Disposable.Swap current = Disposables.swap();

	private final Disposable.Composite subscriptions = Disposables.composite(this.current);

	private final AtomicBoolean begun = new AtomicBoolean();

	/** Followers that share the copy. Guarded by the map that the copy is in. */
	private int followers;

	// by the scheduler's thread

	private boolean reading;

	private boolean readAgain;

	private boolean over;

	/** Since when the store cannot be read; of no meaning if it can. */
	private long failingSinceNanos;

	private boolean failing;

	CopiedFeed(UUID runId, FeedStore store, FeedSettings settings, Scheduler scheduler, Consumer<Throwable> failed) {
		this.runId = runId;
		this.store = store;
		this.settings = settings;
		this.scheduler = scheduler;
		this.failed = failed;
		// bounded by what the store keeps
		this.log = new FeedLog(Long.MAX_VALUE, new AtomicLong());
	}

	UUID runId() {
		return this.runId;
	}

	FeedLog log() {
		return this.log;
	}

	void acquire() {
		this.followers++;
	}

	// returns whether no follower is left
	boolean release() {
		this.followers--;
		if (this.followers == 0) {
			this.subscriptions.dispose();
		}
		return this.followers == 0;
	}

	/** Begin to read, unless that has begun. Called by the threads of followers. */
	void begin() {
		if (this.begun.compareAndSet(false, true)) {
			this.subscriptions.add(this.store.changes(this.runId)
				.publishOn(this.scheduler)
				.subscribe((change) -> read(), this.failed));
			this.subscriptions
				.add(this.scheduler.schedulePeriodically(this::read, 0, POLL_MILLIS, TimeUnit.MILLISECONDS));
		}
	}

	private void read() {
		if (this.over) {
			return;
		}
		if (this.reading) {
			this.readAgain = true;
			return;
		}
		this.reading = true;
		this.readAgain = false;
		this.current.update(entries().flatMap(this::interruptIfLost)
			.publishOn(this.scheduler)
			.subscribe(this::received, this::readFailed));
	}

	private Mono<List<FeedEntry>> entries() {
		return Mono.defer(() -> this.store.read(this.runId, this.log.lastNumber()))
			.timeout(this.settings.operationTimeout());
	}

	// emits the entries: none if no node writes the feed any more, and it has no end
	private Mono<Result> interruptIfLost(List<FeedEntry> entries) {
		if (!entries.isEmpty()) {
			return Mono.just(new Result(entries, false));
		}
		return this.store.find(this.runId)
			.timeout(this.settings.operationTimeout())
			.map(FeedStore.StoredFeed::leased)
			.defaultIfEmpty(false)
			// the end may have been written in between
			.flatMap((leased) -> leased ? Mono.just(new Result(List.of(), false))
					: entries().map((latest) -> new Result(latest, latest.isEmpty())));
	}

	private void received(Result result) {
		this.reading = false;
		this.failing = false;
		if (result.lost()) {
			interrupt(NODE_LOST);
		}
		else if (!this.log.copy(result.entries())) {
			// the store has lost entries in between
			interrupt(STORE_FAILED);
		}
		else if (this.log.isEnded()) {
			finish();
		}
		else if (this.readAgain || !result.entries().isEmpty()) {
			read();
		}
	}

	private void readFailed(Throwable error) {
		this.reading = false;
		this.failed.accept(error);
		long now = System.nanoTime();
		if (!this.failing) {
			this.failing = true;
			this.failingSinceNanos = now;
		}
		Duration since = Duration.ofNanos(now - this.failingSinceNanos).plus(this.settings.operationTimeout());
		if (since.compareTo(this.settings.lease()) >= 0) {
			interrupt(STORE_FAILED);
		}
	}

	private void interrupt(String reason) {
		this.log.interrupt(reason);
		finish();
	}

	private void finish() {
		this.over = true;
		this.subscriptions.dispose();
	}

	/**
	 * What was read.
	 *
	 * @param entries the next entries
	 * @param lost whether no node writes the feed although it has no end
	 */
	private record Result(List<FeedEntry> entries, boolean lost) {

	}

}
