package dev.llmcallbacks.feed;

import java.time.Duration;

/**
 * Durations of feeds.
 *
 * @param retention how long feeds are kept after their end
 * @param lease after which time without a sign of life a node counts as lost
 * @param heartbeat how often a comment is sent to followers
 */
record FeedSettings(Duration retention, Duration lease, Duration heartbeat) {

	/**
	 * Return how long an operation of the store may take: short enough for the lease to
	 * be extended after one that failed.
	 * @return the time limit
	 */
	Duration operationTimeout() {
		return this.lease.dividedBy(3);
	}

}
