package dev.llmcallbacks.feed;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.UUID;

/**
 * Feed in the memory of a node.
 */
final class KeptFeed {

	private final UUID runId;

	private final String owner;

	private final FeedLog log;

	/** Until when the feed counts as written. Written by any thread. */
	private volatile long leasedUntilNanos = System.nanoTime();

	/** How long it is kept after its end. Written by the thread that closes it. */
	private volatile long retentionNanos = Long.MAX_VALUE;

	/** Whether the feed has been removed from memory. Written by the removing thread. */
	private volatile boolean removed;

	KeptFeed(UUID runId, String owner, FeedLog log) {
		this.runId = runId;
		this.owner = owner;
		this.log = log;
	}

	UUID runId() {
		return this.runId;
	}

	String owner() {
		return this.owner;
	}

	FeedLog log() {
		return this.log;
	}

	boolean isOwnedBy(String owner) {
		return areSame(this.owner, owner);
	}

	/**
	 * Compare two owners in a time that does not depend on where they differ.
	 * @param one the one
	 * @param other the other
	 * @return whether they are the same
	 */
	static boolean areSame(String one, String other) {
		return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
	}

	void lease(long nanos) {
		this.leasedUntilNanos = System.nanoTime() + nanos;
	}

	boolean isLeased() {
		return System.nanoTime() - this.leasedUntilNanos < 0;
	}

	void retain(long nanos) {
		this.retentionNanos = nanos;
	}

	void remove() {
		this.removed = true;
		this.log.removed();
	}

	boolean isRemoved() {
		return this.removed;
	}

	boolean isExpired() {
		return this.log.nanosSinceEnd() > this.retentionNanos;
	}

}
