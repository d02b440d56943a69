package dev.llmcallbacks.feed;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Feeds in the memory of one node.
 * <p>
 * Bounded by the size of a feed and by that of all feeds: when the latter is exceeded,
 * feeds that have ended are removed before their retention is over, those that were
 * opened first before the others. Thread-safe.
 */
public final class MemoryFeedStore implements FeedStore {

	/**
	 * Maximum size of a feed by default, in bytes.
	 */
	public static final long DEFAULT_MAX_BYTES = 1 << 20;

	/**
	 * Maximum size of all feeds by default, in bytes.
	 */
	public static final long DEFAULT_MAX_TOTAL_BYTES = 64 << 20;

	/** Bytes of entries that are read at a time. */
	private static final long PAGE_BYTES = 256 << 10;

	private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();

	private final long maxBytes;

	private final long maxTotalBytes;

	private final AtomicLong totalBytes = new AtomicLong();

	private final Sinks.Many<UUID> changes = Sinks.many().multicast().directBestEffort();

	private final Sinks.Many<UUID> cancellations = Sinks.many().multicast().directBestEffort();

	// guarded by this

	private long lookedAtNanos = System.nanoTime();

	/** In the order in which they were opened. */
	private final Map<UUID, KeptFeed> feeds = new LinkedHashMap<>();

	/**
	 * Create a store with the default sizes: 1 MiB a feed, and 64 MiB in all.
	 */
	public MemoryFeedStore() {
		this(DEFAULT_MAX_BYTES, DEFAULT_MAX_TOTAL_BYTES);
	}

	/**
	 * Create a store.
	 * @param maxBytes maximum size of the entries of a feed; beyond it the oldest ones
	 * are removed, and a follower that needs them receives the text so far instead
	 * @param maxTotalBytes maximum size of all feeds, beyond which ended ones are removed
	 */
	public MemoryFeedStore(long maxBytes, long maxTotalBytes) {
		if (maxBytes < 1 || maxTotalBytes < 1) {
			throw new IllegalArgumentException("Sizes must be positive, but are " + maxBytes + " and " + maxTotalBytes);
		}
		this.maxBytes = maxBytes;
		this.maxTotalBytes = maxTotalBytes;
	}

	/**
	 * Keep a new feed, unless there is one of that run.
	 * @param runId the id of the run
	 * @param owner a text by which the owner is compared
	 * @return the feed
	 */
	KeptFeed keep(UUID runId, String owner) {
		removeEnded();
		synchronized (this) {
			return this.feeds.computeIfAbsent(runId,
					(id) -> new KeptFeed(id, owner, new FeedLog(this.maxBytes, this.totalBytes)));
		}
	}

	synchronized @Nullable KeptFeed kept(UUID runId) {
		KeptFeed feed = this.feeds.get(runId);
		return (feed != null && !feed.isExpired()) ? feed : null;
	}

	synchronized List<KeptFeed> all() {
		return List.copyOf(this.feeds.values());
	}

	long totalBytes() {
		return this.totalBytes.get();
	}

	// those whose retention is over, looked for once a second, and those that are too
	// many
	private synchronized void removeEnded() {
		boolean full = this.totalBytes.get() > this.maxTotalBytes;
		if (!full && System.nanoTime() - this.lookedAtNanos < LOOK_NANOS) {
			return;
		}
		this.lookedAtNanos = System.nanoTime();
		Iterator<KeptFeed> iterator = this.feeds.values().iterator();
		while (iterator.hasNext()) {
			KeptFeed feed = iterator.next();
			if (feed.isExpired() || (this.totalBytes.get() > this.maxTotalBytes && feed.log().isEnded())) {
				iterator.remove();
				feed.remove();
			}
		}
	}

	@Override
	public Mono<Void> open(UUID runId, String owner, Duration lease) {
		return Mono.fromRunnable(() -> {
			// a feed that is found must have a lease: without one its node is considered
			// lost
			synchronized (this) {
				keep(runId, owner).lease(lease.toNanos());
			}
		});
	}

	@Override
	public Mono<Long> append(UUID runId, List<FeedEntry> entries, long oldest) {
		return Mono.fromCallable(() -> {
			KeptFeed feed = kept(runId);
			if (feed == null) {
				return null;
			}
			feed.log().copy(entries);
			this.changes.tryEmitNext(runId);
			return feed.log().lastNumber();
		});
	}

	@Override
	public Mono<Void> extend(UUID runId, Duration lease) {
		return Mono.fromRunnable(() -> {
			KeptFeed feed = kept(runId);
			if (feed != null) {
				feed.lease(lease.toNanos());
			}
		});
	}

	@Override
	public Mono<Void> close(UUID runId, Duration retention) {
		return Mono.fromRunnable(() -> {
			KeptFeed feed = kept(runId);
			if (feed != null) {
				feed.lease(0);
				feed.retain(retention.toNanos());
			}
		});
	}

	@Override
	public Mono<StoredFeed> find(UUID runId) {
		return Mono.fromCallable(() -> {
			KeptFeed feed = kept(runId);
			return (feed != null) ? new StoredFeed(feed.owner(), feed.isLeased()) : null;
		});
	}

	@Override
	public Mono<List<FeedEntry>> read(UUID runId, long after) {
		return Mono.fromCallable(() -> {
			KeptFeed feed = kept(runId);
			return (feed != null) ? feed.log().entries(after, PAGE_BYTES) : List.of();
		});
	}

	@Override
	public Flux<UUID> changes(UUID runId) {
		return this.changes.asFlux().filter(runId::equals);
	}

	@Override
	public boolean isFollowed(UUID runId) {
		return this.changes.currentSubscriberCount() > 0;
	}

	@Override
	public Mono<Boolean> cancel(UUID runId) {
		return Mono.fromCallable(() -> this.cancellations.currentSubscriberCount() > 0
				&& this.cancellations.tryEmitNext(runId).isSuccess());
	}

	@Override
	public Flux<UUID> cancellations() {
		return this.cancellations.asFlux();
	}

}
