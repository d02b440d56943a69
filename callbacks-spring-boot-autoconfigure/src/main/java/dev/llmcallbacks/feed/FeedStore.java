package dev.llmcallbacks.feed;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Store of feeds that other nodes read.
 * <p>
 * The feeds of a node are in its memory in any case, and its followers read them there. A
 * store other than a {@link MemoryFeedStore} receives copies of them for the followers on
 * other nodes. Runs and followers on the feed's node do not wait for it, whatever it
 * does: {@link RunFeeds} calls it from a thread of its own, has a time limit for each
 * operation, and repeats what has failed.
 * <p>
 * Implementations are safe for use by any number of threads and do not block.
 */
public interface FeedStore {

	/**
	 * Open a feed that this node writes. Repeated if the outcome is unknown, and if the
	 * store has lost the feed.
	 * @param runId the id of the run
	 * @param owner a text by which the owner is compared
	 * @param lease how long the feed counts as written unless that is extended
	 * @return completes when the feed is there
	 */
	Mono<Void> open(UUID runId, String owner, Duration lease);

	/**
	 * Append entries. An entry is in the store once, even if it is appended twice.
	 * @param runId the id of the run
	 * @param entries the entries, in their order and without a gap
	 * @param oldest number of the oldest entry that is to be kept
	 * @return the number of the last entry in the store, or nothing if the store does not
	 * have the feed
	 */
	Mono<Long> append(UUID runId, List<FeedEntry> entries, long oldest);

	/**
	 * Extend the lease of a feed.
	 * @param runId the id of the run
	 * @param lease how long the feed counts as written from now on
	 * @return completes when the lease is extended
	 */
	Mono<Void> extend(UUID runId, Duration lease);

	/**
	 * Close a feed whose last entry has been appended.
	 * @param runId the id of the run
	 * @param retention how long to keep it from now on
	 * @return completes when it is closed
	 */
	Mono<Void> close(UUID runId, Duration retention);

	/**
	 * Find a feed.
	 * @param runId the id of the run
	 * @return the feed, or nothing if there is none
	 */
	Mono<StoredFeed> find(UUID runId);

	/**
	 * Read entries.
	 * @param runId the id of the run
	 * @param after number of the entry before the first one
	 * @return the next entries in their order, not necessarily all of them; an empty list
	 * if there are none
	 */
	Mono<List<FeedEntry>> read(UUID runId, long after);

	/**
	 * Emit when entries of another node's feed may have been appended. Signals may be
	 * lost; a follower reads twice a second without them.
	 * @param runId the id of the run
	 * @return the signals. Never completes
	 */
	Flux<UUID> changes(UUID runId);

	/**
	 * Whether a feed of this node has followers on other nodes, so that it is worth while
	 * to append often.
	 * @param runId the id of the run
	 * @return whether it has followers as far as is known
	 */
	boolean isFollowed(UUID runId);

	/**
	 * Ask the node that writes a feed to cancel its run.
	 * @param runId the id of the run
	 * @return whether that node has received it
	 */
	Mono<Boolean> cancel(UUID runId);

	/**
	 * Emit the ids of the runs that other nodes ask this node to cancel.
	 * @return the ids. Goes on while the store cannot be reached
	 */
	Flux<UUID> cancellations();

	/**
	 * A feed in a store.
	 *
	 * @param owner the text by which the owner is compared
	 * @param leased whether a node writes it
	 */
	record StoredFeed(String owner, boolean leased) {

	}

}
