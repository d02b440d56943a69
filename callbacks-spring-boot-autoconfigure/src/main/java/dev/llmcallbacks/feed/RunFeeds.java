package dev.llmcallbacks.feed;

import java.time.Duration;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.RunContentFilter;

/**
 * Feeds of runs: what clients see of a run is numbered and kept, so that a client that
 * lost its connection goes on where it was, on any node, and any node can cancel the run.
 * <p>
 * An application has one as a bean. Without Spring, {@link #builder()} creates one. Safe
 * for use by any number of threads.
 */
public interface RunFeeds {

	/**
	 * Return a builder of feeds that are kept in the memory of this node.
	 * @return the builder
	 */
	static Builder builder() {
		return new Builder();
	}

	/**
	 * Create a feed with the view {@link FeedView#tokens()}.
	 * @param owner who may follow and cancel it, for example the name of the principal;
	 * not empty
	 * @return the feed
	 */
	default RunFeed create(String owner) {
		return create(owner, FeedView.tokens());
	}

	/**
	 * Create a feed. It can be followed when its work has been started.
	 * @param owner who may follow and cancel it, for example the name of the principal;
	 * not empty
	 * @param view which events are in the feed, and in which form
	 * @return the feed
	 */
	RunFeed create(String owner, FeedView view);

	/**
	 * Follow a feed, whichever node writes it.
	 * <p>
	 * Entries are emitted once and in their order, with their number as id, and are
	 * followed by exactly one end:
	 * <ul>
	 * <li>{@code end} with the outcome, <code>{"outcome":"COMPLETED"}</code>,
	 * {@code FAILED} or {@code CANCELLED}. A failure is preceded by the view's entry for
	 * it, {@code error} by default.</li>
	 * <li>{@code interrupted} if the application stopped before the end
	 * (<code>{"reason":"shutdown"}</code>). If the node of the run is lost
	 * ({@code node}), or the store cannot be read for the time of the lease
	 * ({@code store}), it has no id, because the feed may go on later.</li>
	 * </ul>
	 * A follower that needs entries that are no longer kept receives {@code reset} in
	 * place of them, with the text so far as {@code text}. A comment is sent when nothing
	 * else was sent for a while. If this node stops while it follows the feed of another
	 * node, the {@code Flux} completes without an end: the client connects again and
	 * reaches another node.
	 * @param runId the feed's id
	 * @param owner the owner
	 * @param lastId the id of the last entry that was received, as in
	 * {@code Last-Event-ID}; {@code null} or empty for all entries
	 * @return the entries after that one. Completes after the end; at once if
	 * {@code lastId} is that of the end. Fails with a {@link FeedNotFoundException} if
	 * there is no such feed of this owner, with an {@link IllegalArgumentException} if
	 * {@code lastId} is not the id of an entry, and with a
	 * {@code ResponseStatusException} of the status 503 if the store cannot be read.
	 * Cancelling it does not affect the run
	 */
	Flux<ServerSentEvent<String>> follow(UUID runId, String owner, @Nullable String lastId);

	/**
	 * Whether a follower has received everything, so that an {@code EventSource} that
	 * connects again is to be answered with the status 204.
	 * @param runId the feed's id
	 * @param owner the owner
	 * @param lastId as in {@link #follow}
	 * @return whether there is no entry after that one, nor will be one. Fails as
	 * {@link #follow} does
	 */
	Mono<Boolean> hasEnded(UUID runId, String owner, @Nullable String lastId);

	/**
	 * Cancel the work of a feed, whichever node it is on. Its connection to the provider
	 * is closed at once, handlers receive a cancel event, and the feed ends.
	 * @param runId the feed's id
	 * @param owner the owner
	 * @return whether the work's node has received it: {@code false} if there is no such
	 * feed of this owner, or if it has ended. Fails if the store cannot be reached
	 */
	Mono<Boolean> cancel(UUID runId, String owner);

	/**
	 * Return numbers of the feeds of this node.
	 * @return the numbers
	 */
	FeedStatistics statistics();

	/**
	 * Whether the store answers.
	 * @return completes if it does, fails otherwise. Always completes without a store
	 * other than the memory
	 */
	Mono<Void> ping();

	/**
	 * Complete the followers of the feeds of other nodes, so that clients connect to
	 * another node.
	 */
	void release();

	/**
	 * End the feeds of this node. Work that still goes on is cancelled, and its feed ends
	 * with {@code interrupted}. To be called after the end of the runs.
	 * @param timeout how long the store may take for what it does not have
	 * @return completes when the store has everything, or when time is up. Never fails
	 */
	Mono<Void> shutdown(Duration timeout);

	/**
	 * Builder of {@link RunFeeds}. Not thread-safe.
	 */
	final class Builder {

		private FeedStore store = new MemoryFeedStore();

		private Duration retention = Duration.ofMinutes(10);

		private Duration lease = Duration.ofSeconds(15);

		private Duration heartbeat = Duration.ofSeconds(15);

		private MemoryFeedStore memory = new MemoryFeedStore();

		private @Nullable RunContentFilter contentFilter;

		private Builder() {
		}

		/**
		 * Set the store.
		 * @param store where feeds are kept. A {@link MemoryFeedStore} is that of this
		 * node; feeds are copied to any other store
		 * @return this builder
		 */
		public Builder store(FeedStore store) {
			this.store = Objects.requireNonNull(store, "'store' must not be null");
			return this;
		}

		/**
		 * Set the memory that keeps the feeds of this node, if the store is another one.
		 * @param memory the memory
		 * @return this builder
		 */
		public Builder memory(MemoryFeedStore memory) {
			this.memory = Objects.requireNonNull(memory, "'memory' must not be null");
			return this;
		}

		/**
		 * Set how long feeds are kept after their end.
		 * @param retention a positive duration; 10 minutes by default
		 * @return this builder
		 */
		public Builder retention(Duration retention) {
			this.retention = positive("retention", retention);
			return this;
		}

		/**
		 * Set after which time without a sign of life a node counts as lost.
		 * @param lease a positive duration; 15 seconds by default
		 * @return this builder
		 */
		public Builder lease(Duration lease) {
			this.lease = positive("lease", lease);
			return this;
		}

		/**
		 * Set how often a comment is sent to followers.
		 * @param heartbeat a positive duration; 15 seconds by default
		 * @return this builder
		 */
		public Builder heartbeat(Duration heartbeat) {
			this.heartbeat = positive("heartbeat", heartbeat);
			return this;
		}

		/**
		 * Set the filter that the library's own views apply to contents.
		 * @param contentFilter the filter, or {@code null} for none, which is the default
		 * @return this builder
		 */
		public Builder contentFilter(@Nullable RunContentFilter contentFilter) {
			this.contentFilter = contentFilter;
			return this;
		}

		private static Duration positive(String name, Duration duration) {
			if (duration.isNegative() || duration.isZero()) {
				throw new IllegalArgumentException("'" + name + "' must be positive, but is " + duration);
			}
			return duration;
		}

		/**
		 * Build the feeds.
		 * @return the feeds
		 */
		public RunFeeds build() {
			FeedSettings settings = new FeedSettings(this.retention, this.lease, this.heartbeat);
			return (this.store instanceof MemoryFeedStore own)
					? new DefaultRunFeeds(own, null, settings, this.contentFilter)
					: new DefaultRunFeeds(this.memory, this.store, settings, this.contentFilter);
		}

	}

}
