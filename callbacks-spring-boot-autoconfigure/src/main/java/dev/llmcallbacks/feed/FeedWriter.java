package dev.llmcallbacks.feed;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Writes the feeds of this node to a store, in batches: what a feed has got since the
 * last batch is one operation, and a feed has one operation at a time. A feed that is
 * followed on another node is written about every 50 milliseconds, another one about once
 * a second. While the store fails, one operation at a time is tried.
 * <p>
 * Everything but {@link #add}, {@link #isEmpty} and {@link #lag} is called by the
 * scheduler's thread.
 */
final class FeedWriter {

	private static final long FOLLOWED_NANOS = Duration.ofMillis(50).toNanos();

	private static final long UNFOLLOWED_NANOS = Duration.ofSeconds(1).toNanos();

	private static final long FIRST_WAIT_NANOS = Duration.ofMillis(100).toNanos();

	private static final long LONGEST_WAIT_NANOS = Duration.ofSeconds(1).toNanos();

	/** Operations that may wait for the store, over all feeds. */
	private static final int MAX_PENDING = 256;

	/** Bytes of entries in one operation. */
	private static final long BATCH_BYTES = 256 << 10;

	private final FeedStore store;

	private final FeedSettings settings;

	private final Scheduler scheduler;

	private final Consumer<Throwable> failed;

	/** Written by the threads that open feeds, and by the scheduler's. */
	private final Map<UUID, WrittenFeed> feeds = new ConcurrentHashMap<>();

	// by the scheduler's thread

	private int pending;

	private boolean failing;

	private long waitNanos = FIRST_WAIT_NANOS;

	private long nextAttemptNanos = System.nanoTime();

	FeedWriter(FeedStore store, FeedSettings settings, Scheduler scheduler, Consumer<Throwable> failed) {
		this.store = store;
		this.settings = settings;
		this.scheduler = scheduler;
		this.failed = failed;
	}

	void add(KeptFeed feed) {
		this.feeds.put(feed.runId(), new WrittenFeed(feed));
	}

	boolean isEmpty() {
		return this.feeds.isEmpty();
	}

	Duration lag() {
		long now = System.nanoTime();
		return Duration.ofNanos(this.feeds.values().stream().mapToLong((feed) -> feed.lag(now)).max().orElse(0));
	}

	void writeAll() {
		long now = System.nanoTime();
		Iterator<WrittenFeed> iterator = this.feeds.values().iterator();
		while (iterator.hasNext()) {
			WrittenFeed feed = iterator.next();
			feed.look(now);
			if (feed.busy) {
				continue;
			}
			if (feed.closed || (this.failing && feed.kept.isRemoved())) {
				iterator.remove();
			}
			else if (mayBegin(now) && now - feed.nextAttemptNanos >= 0) {
				begin(feed, now);
			}
		}
	}

	private boolean mayBegin(long now) {
		return this.failing ? this.pending == 0 && now - this.nextAttemptNanos >= 0 : this.pending < MAX_PENDING;
	}

	private void begin(WrittenFeed feed, long now) {
		UUID runId = feed.kept.runId();
		FeedLog log = feed.kept.log();
		boolean ended = log.isEnded();
		long appended = log.lastNumber();
		boolean unwritten = appended > feed.written;
		if (!feed.opened) {
			run(feed, this.store.open(runId, feed.kept.owner(), this.settings.lease()).thenReturn(0L), (result) -> {
				feed.opened = true;
				feed.extendedNanos = now;
			});
		}
		else if (unwritten && (ended || now - feed.writtenNanos >= interval(runId))) {
			List<FeedEntry> entries = log.entries(feed.written, BATCH_BYTES);
			run(feed, this.store.append(runId, entries, log.firstNumber()).defaultIfEmpty(-1L), (last) -> {
				// the store has lost the feed: it gets everything that is still here
				feed.opened = last >= 0;
				feed.written(Math.max(last, 0), now, last < appended);
			});
		}
		else if (ended && !unwritten) {
			run(feed, this.store.close(runId, this.settings.retention()).thenReturn(0L),
					(result) -> feed.closed = true);
		}
		else if (now - feed.extendedNanos >= this.settings.lease().toNanos() / 3) {
			run(feed, this.store.extend(runId, this.settings.lease()).thenReturn(0L),
					(result) -> feed.extendedNanos = now);
		}
	}

	private long interval(UUID runId) {
		return this.store.isFollowed(runId) ? FOLLOWED_NANOS : UNFOLLOWED_NANOS;
	}

	private void run(WrittenFeed feed, Mono<Long> operation, Consumer<Long> succeeded) {
		feed.busy = true;
		this.pending++;
		operation.timeout(this.settings.operationTimeout(), this.scheduler)
			.publishOn(this.scheduler)
			.subscribe((result) -> {
				done(feed);
				this.failing = false;
				this.waitNanos = FIRST_WAIT_NANOS;
				succeeded.accept(result);
			}, (ex) -> {
				done(feed);
				this.failing = true;
				this.nextAttemptNanos = System.nanoTime() + this.waitNanos;
				// others come first
				feed.nextAttemptNanos = System.nanoTime() + LONGEST_WAIT_NANOS;
				this.waitNanos = Math.min(2 * this.waitNanos, LONGEST_WAIT_NANOS);
				this.failed.accept(ex);
			});
	}

	private void done(WrittenFeed feed) {
		feed.busy = false;
		this.pending--;
	}

	/** What the store has of a feed. All fields are written by the scheduler's thread. */
	private static final class WrittenFeed {

		private final KeptFeed kept;

		private boolean busy;

		private boolean opened;

		private boolean closed;

		/** Number of the last entry in the store. */
		private volatile long written;

		/** Feeds that are opened at the same time are not written at the same time. */
		private long writtenNanos = System.nanoTime() - ThreadLocalRandom.current().nextLong(UNFOLLOWED_NANOS);

		private long extendedNanos = System.nanoTime();

		private long nextAttemptNanos = System.nanoTime();

		/** Whether an entry waited at the last look. */
		private volatile boolean waiting;

		/** When an entry was first seen to wait that the store does not have yet. */
		private volatile long waitingSinceNanos;

		WrittenFeed(KeptFeed kept) {
			this.kept = kept;
		}

		private boolean isWaiting() {
			return this.kept.log().lastNumber() > this.written;
		}

		void look(long now) {
			if (!this.waiting && isWaiting()) {
				this.waiting = true;
				this.waitingSinceNanos = now;
			}
		}

		/**
		 * The store has got entries.
		 * @param last number of the last one
		 * @param begun when they were taken from the feed
		 * @param some whether entries were left that the feed had already then
		 */
		void written(long last, long begun, boolean some) {
			if (!some) {
				this.waitingSinceNanos = begun;
			}
			this.written = last;
			this.writtenNanos = begun;
			this.waiting = isWaiting();
		}

		// by any thread
		long lag(long now) {
			return isWaiting() ? Math.max(1, this.waiting ? now - this.waitingSinceNanos : 0) : 0;
		}

	}

}
