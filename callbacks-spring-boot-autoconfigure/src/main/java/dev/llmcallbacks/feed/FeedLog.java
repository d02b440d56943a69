package dev.llmcallbacks.feed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.feed.LogFollower.Position;

/**
 * Entries of one feed in memory, with their followers. Bounded: when the entries since
 * the last {@code reset} exceed half of the maximum size, another one is appended that
 * contains the text so far, and the entries before the previous one are removed. The text
 * itself is not bounded by that size, but by the limits of responses, and to
 * {@value #MAX_TEXT} characters.
 * <p>
 * Thread-safe. Never calls a follower while it holds its lock, nor on the thread that
 * appends.
 */
final class FeedLog implements LogFollower.Source {

	private static final int MAX_TEXT = 1 << 24;

	/** Estimated bytes of an entry without its data. */
	private static final int ENTRY_BYTES = 64;

	/** Estimated bytes of a feed without its entries. */
	private static final int FEED_BYTES = 512;

	private final long maxBytes;

	/** Bytes of all logs of the memory, written by any thread. */
	private final AtomicLong totalBytes;

	private final List<LogFollower> followers = new CopyOnWriteArrayList<>();

	// guarded by this: written by the threads that produce events, for a copy of a feed
	// of another node by the thread that reads the store

	private final List<FeedEntry> entries = new ArrayList<>();

	/** Number of the first entry that is kept, or that will be the next one. */
	private long first = 1;

	/** Number of the latest {@code reset}. */
	private long lastReset;

	private long bytes = FEED_BYTES;

	private long bytesBeforeReset = FEED_BYTES;

	private final StringBuilder text = new StringBuilder();

	private boolean textCut;

	private boolean ended;

	/** Why no further entry will come although the feed has no end. */
	private @Nullable String interruption;

	/** Whether followers complete where they are. */
	private boolean released;

	private long endedAtNanos;

	FeedLog(long maxBytes, AtomicLong totalBytes) {
		this.maxBytes = maxBytes;
		this.totalBytes = totalBytes;
		totalBytes.addAndGet(FEED_BYTES);
	}

	/**
	 * Append an entry, with the next number.
	 * @param item the entry
	 * @return whether it was appended: nothing is appended after the end
	 */
	boolean append(FeedItem item) {
		synchronized (this) {
			if (this.ended) {
				return false;
			}
			if (this.text.length() + item.text().length() <= MAX_TEXT) {
				this.text.append(item.text());
			}
			else {
				this.textCut = true;
			}
			add(new FeedEntry(next(), item.event(), item.data()));
			if (this.bytes - this.bytesBeforeReset > Math.max(this.maxBytes / 2, 2L * this.text.length())) {
				reset();
			}
		}
		signalFollowers();
		return true;
	}

	/**
	 * Append the last entry.
	 * @param event the entry's name
	 * @param data the entry's data
	 * @return whether the feed had no end before
	 */
	boolean end(String event, String data) {
		synchronized (this) {
			if (this.ended) {
				return false;
			}
			add(new FeedEntry(next(), event, data));
		}
		signalFollowers();
		return true;
	}

	/**
	 * Append entries of another node. Those that are here already are ignored; a
	 * {@code reset} that follows a gap replaces what is here.
	 * @param copies the entries, in their order
	 * @return whether all entries that are not here have been appended: not those after a
	 * gap that begin with something else
	 */
	boolean copy(List<FeedEntry> copies) {
		boolean complete;
		synchronized (this) {
			complete = addCopies(copies);
		}
		signalFollowers();
		return complete;
	}

	// guarded by this
	private boolean addCopies(List<FeedEntry> copies) {
		for (FeedEntry entry : copies) {
			if (this.ended || entry.number() < next()) {
				continue;
			}
			if (entry.number() > next()) {
				if (!entry.isReset()) {
					return false;
				}
				dropBefore(next());
				this.first = entry.number();
			}
			add(entry);
			if (entry.isReset()) {
				dropBefore(this.lastReset);
				this.lastReset = entry.number();
			}
		}
		return true;
	}

	// guarded by this
	private void add(FeedEntry entry) {
		this.entries.add(entry);
		this.bytes += bytes(entry);
		this.totalBytes.addAndGet(bytes(entry));
		if (entry.isLast()) {
			this.ended = true;
			this.endedAtNanos = System.nanoTime();
		}
	}

	// guarded by this
	private void reset() {
		dropBefore(this.lastReset);
		Map<String, Object> data = new LinkedHashMap<>();
		data.put("text", this.text.toString());
		if (this.textCut) {
			data.put("truncated", true);
		}
		this.lastReset = next();
		add(new FeedEntry(this.lastReset, FeedEntry.RESET, FeedJson.write(data)));
		this.bytesBeforeReset = this.bytes;
	}

	// guarded by this
	private void dropBefore(long number) {
		int count = (int) (number - this.first);
		if (count > 0) {
			List<FeedEntry> dropped = this.entries.subList(0, count);
			long size = dropped.stream().mapToLong(FeedLog::bytes).sum();
			this.bytes -= size;
			this.totalBytes.addAndGet(-size);
			dropped.clear();
			this.first = number;
		}
	}

	private static long bytes(FeedEntry entry) {
		return ENTRY_BYTES + entry.data().length();
	}

	// guarded by this
	private long next() {
		return this.first + this.entries.size();
	}

	/**
	 * No further entry will come although the feed has no end: followers receive all
	 * entries and then {@code interrupted}, without a number.
	 * @param reason why
	 */
	void interrupt(String reason) {
		synchronized (this) {
			this.interruption = reason;
		}
		signalFollowers();
	}

	/** The log is removed from the memory. Its followers go on. */
	synchronized void removed() {
		this.totalBytes.addAndGet(-this.bytes);
		this.bytes = 0;
	}

	/** Complete all followers where they are. */
	void release() {
		synchronized (this) {
			this.released = true;
		}
		signalFollowers();
	}

	private void signalFollowers() {
		for (LogFollower follower : this.followers) {
			follower.signal();
		}
	}

	/**
	 * Return the entries, each subscription a follower of its own, which emits on a
	 * thread of the parallel scheduler as they are requested.
	 * @param after number of the entry before the first one; zero for all
	 * @param queue the queue of the follower
	 * @return the entries. Completes after the last one
	 */
	Flux<LogFollower.Emission> follow(long after, FollowerQueue queue) {
		return new Flux<>() {

			@Override
			public void subscribe(CoreSubscriber<? super LogFollower.Emission> actual) {
				LogFollower follower = new LogFollower(FeedLog.this, queue, actual, after);
				FeedLog.this.followers.add(follower);
				actual.onSubscribe(follower);
				follower.signal();
			}

		};
	}

	@Override
	public void left(LogFollower follower) {
		this.followers.remove(follower);
	}

	@Override
	public synchronized Position next(long after) {
		long number = Math.max(after + 1, this.first);
		FeedEntry entry = entry(number);
		if (entry != null && entry.isReset() && after == number - 1) {
			// has received all that the text consists of
			number++;
			entry = entry(number);
		}
		if (entry != null) {
			return new Position(entry, null, false);
		}
		boolean complete = this.ended || this.released || this.interruption != null;
		return new Position(null, this.ended ? null : this.interruption, complete);
	}

	private @Nullable FeedEntry entry(long number) {
		long index = number - this.first;
		return (index < this.entries.size()) ? this.entries.get((int) index) : null;
	}

	/**
	 * Return entries.
	 * @param after number of the entry before the first one
	 * @param maxBytes how many bytes they may have; at least one entry is returned in any
	 * case, if there is one
	 * @return the entries
	 */
	synchronized List<FeedEntry> entries(long after, long maxBytes) {
		List<FeedEntry> result = new ArrayList<>();
		long size = 0;
		for (long number = Math.max(after + 1, this.first); number < next() && size < maxBytes; number++) {
			FeedEntry entry = this.entries.get((int) (number - this.first));
			result.add(entry);
			size += bytes(entry);
		}
		return result;
	}

	synchronized long firstNumber() {
		return this.first;
	}

	synchronized long lastNumber() {
		return next() - 1;
	}

	synchronized boolean isEnded() {
		return this.ended;
	}

	/**
	 * Return how long ago the feed has ended.
	 * @return nanoseconds, negative if it has not
	 */
	synchronized long nanosSinceEnd() {
		return this.ended ? System.nanoTime() - this.endedAtNanos : -1;
	}

	synchronized long bytes() {
		return this.bytes;
	}

	int followers() {
		return this.followers.size();
	}

}
