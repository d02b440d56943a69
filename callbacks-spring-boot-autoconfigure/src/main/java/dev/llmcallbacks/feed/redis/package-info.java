/**
 * Feeds in Redis, for applications with more than one node. Requires Spring Data Redis.
 */
@NullMarked
package dev.llmcallbacks.feed.redis;

import org.jspecify.annotations.NullMarked;
