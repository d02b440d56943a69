package dev.llmcallbacks.feed;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Copies of this node's feeds in a store, and copies of other nodes' feeds from it. One
 * thread of its own calls the store and handles what it returns, so that neither runs nor
 * followers of this node's feeds depend on the store.
 */
final class FeedCopies {

	private static final Log logger = LogFactory.getLog(RunFeeds.class);

	/** Time between two looks at the feeds. */
	private static final Duration TICK = Duration.ofMillis(50);

	private final FeedStore store;

	private final FeedSettings settings;

	private final FollowerQueues queues;

	private final Scheduler scheduler = Schedulers.newSingle("llm-feeds", true);

	private final FeedWriter writer;

	/** Written by the threads that follow and cancel. */
	private final Map<UUID, CopiedFeed> copied = new ConcurrentHashMap<>();

	/** Written by the threads that open feeds, and by the scheduler's. */
	private final AtomicBoolean ticking = new AtomicBoolean();

	/** Written by the scheduler's thread. */
	private final AtomicLong failures = new AtomicLong();

	private final Disposable cancellations;

	/** Emits when the store has everything; present once the application stops. */
	private final Sinks.Empty<Void> flushed = Sinks.empty();

	// written by the thread that stops the application

	/** Whether followers are to connect to another node. */
	private volatile boolean stopping;

	/** Whether the end of the writer is waited for. */
	private volatile boolean flushing;

	FeedCopies(FeedStore store, FeedSettings settings, FollowerQueues queues, Consumer<UUID> cancel) {
		this.store = store;
		this.settings = settings;
		this.queues = queues;
		this.writer = new FeedWriter(store, settings, this.scheduler, this::failed);
		// cancelling calls code of the application, which may block
		this.cancellations = store.cancellations()
			.subscribe((runId) -> Schedulers.boundedElastic().schedule(() -> cancel.accept(runId)),
					this::cancellationsFailed);
	}

	private void cancellationsFailed(Throwable error) {
		logger.warn("Requests of other nodes to cancel runs are no longer received", error);
	}

	// by the scheduler's thread
	private void failed(Throwable error) {
		long count = this.failures.incrementAndGet();
		// at a falling rate while the store cannot be reached
		if (Long.bitCount(count) == 1) {
			logger.warn("The store of feeds has failed, in all %d times. Followers on other nodes wait meanwhile"
				.formatted(count), error);
		}
	}

	/**
	 * Copy a feed of this node. Called by any thread.
	 * @param feed the feed
	 */
	void add(KeptFeed feed) {
		this.writer.add(feed);
		if (this.ticking.compareAndSet(false, true)) {
			this.scheduler.schedule(this::tick);
		}
	}

	private void tick() {
		this.writer.writeAll();
		if (this.writer.isEmpty()) {
			this.ticking.set(false);
			// read after the flag is cleared: a shutdown that begins later ticks again
			if (this.flushing) {
				this.flushed.tryEmitEmpty();
			}
			if (this.writer.isEmpty() || !this.ticking.compareAndSet(false, true)) {
				return;
			}
		}
		this.scheduler.schedule(this::tick, TICK.toMillis(), TimeUnit.MILLISECONDS);
	}

	/**
	 * Find a feed of another node.
	 * @param runId the id of the run
	 * @return the feed, or nothing
	 */
	Mono<FeedStore.StoredFeed> find(UUID runId) {
		return this.store.find(runId).timeout(this.settings.operationTimeout());
	}

	Mono<Boolean> isLast(UUID runId, long number) {
		return this.store.read(runId, number - 1)
			.timeout(this.settings.operationTimeout())
			.map((entries) -> !entries.isEmpty() && entries.get(0).number() == number && entries.get(0).isLast());
	}

	Mono<Boolean> cancel(UUID runId) {
		return this.store.cancel(runId).timeout(this.settings.operationTimeout());
	}

	/**
	 * Follow a feed of another node. All followers on this node share one copy, which is
	 * read from the store once.
	 * @param runId the id of the run
	 * @param after number of the entry before the first one
	 * @return the entries
	 */
	Flux<LogFollower.Emission> follow(UUID runId, long after) {
		return Flux.usingWhen(Mono.fromSupplier(() -> acquire(runId)), (copy) -> this.queues.follow(copy.log(), after),
				(copy) -> Mono.fromRunnable(() -> release(copy)));
	}

	private CopiedFeed acquire(UUID runId) {
		CopiedFeed copy = this.copied.compute(runId, (id, existing) -> {
			CopiedFeed shared = (existing != null) ? existing
					: new CopiedFeed(id, this.store, this.settings, this.scheduler, this::failed);
			shared.acquire();
			return shared;
		});
		copy.begin();
		if (this.stopping) {
			copy.log().release();
		}
		return copy;
	}

	private void release(CopiedFeed copy) {
		this.copied.computeIfPresent(copy.runId(), (id, existing) -> existing.release() ? null : existing);
	}

	void release() {
		this.stopping = true;
		this.copied.values().forEach((copy) -> copy.log().release());
	}

	Mono<Void> shutdown(Duration timeout) {
		return Mono.defer(() -> {
			release();
			this.flushing = true;
			if (this.ticking.compareAndSet(false, true)) {
				this.scheduler.schedule(this::tick);
			}
			return this.flushed.asMono();
		}).timeout(timeout, Mono.fromRunnable(this::abandon)).doFinally((signal) -> {
			this.cancellations.dispose();
			this.scheduler.dispose();
		});
	}

	private void abandon() {
		logger.warn("The store of feeds does not have all entries of this node because it has not answered in time");
	}

	int followers() {
		return this.copied.values().stream().mapToInt((copy) -> copy.log().followers()).sum();
	}

	long failures() {
		return this.failures.get();
	}

	Duration lag() {
		return this.writer.lag();
	}

}
