/**
 * Feeds: what a client may see of a run, numbered and kept, so that an answer survives
 * the connection on which it was requested.
 * <ul>
 * <li>{@link dev.llmcallbacks.feed.RunFeeds}, {@link dev.llmcallbacks.feed.RunFeed}:
 * create, follow and cancel feeds.</li>
 * <li>{@link dev.llmcallbacks.feed.FeedView}, {@link dev.llmcallbacks.feed.FeedItem}:
 * which events are in a feed, and in which form.</li>
 * <li>{@link dev.llmcallbacks.feed.FeedStore},
 * {@link dev.llmcallbacks.feed.MemoryFeedStore}, {@link dev.llmcallbacks.feed.FeedEntry}:
 * where entries are kept.</li>
 * <li>{@link dev.llmcallbacks.feed.FeedStatistics},
 * {@link dev.llmcallbacks.feed.FeedMeters}: numbers of a node, and meters of them.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.feed;

import org.jspecify.annotations.NullMarked;
