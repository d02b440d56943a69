package dev.llmcallbacks.feed;

import java.time.Duration;

/**
 * Numbers of the feeds of a node.
 *
 * @param open number of feeds whose run goes on on this node
 * @param kept number of feeds that are in the memory of this node, open ones included
 * @param keptBytes size of their entries, an estimate
 * @param followers number of followers on this node
 * @param appended number of entries that runs of this node have appended
 * @param storeFailures number of failed operations of a store other than the memory
 * @param lag age of the oldest entry that the store does not have; zero if it has all
 * entries
 */
public record FeedStatistics(int open, int kept, long keptBytes, int followers, long appended, long storeFailures,
		Duration lag) {

}
