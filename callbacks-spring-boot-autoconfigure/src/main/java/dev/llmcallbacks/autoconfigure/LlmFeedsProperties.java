package dev.llmcallbacks.autoconfigure;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.util.unit.DataSize;

/**
 * Configuration properties for feeds.
 */
@ConfigurationProperties("callbacks.feeds")
public class LlmFeedsProperties {

	/**
	 * Where feeds are kept: in the memory of the node of the run, or also in Redis, where
	 * other nodes read them. Redis contains what the clients of feeds may see.
	 */
	private Store store = Store.MEMORY;

	/**
	 * How long a feed is kept after its end.
	 */
	private Duration retention = Duration.ofMinutes(10);

	/**
	 * Maximum size of the entries of a feed. Beyond it the oldest ones are removed, and a
	 * follower that needs them receives the text so far instead.
	 */
	private DataSize maxSize = DataSize.ofMegabytes(1);

	/**
	 * Maximum size of all feeds in the memory of a node. Beyond it feeds that have ended
	 * are removed.
	 */
	private DataSize maxTotalSize = DataSize.ofMegabytes(64);

	/**
	 * Time without a sign of life after which the node of a run counts as lost, so that
	 * followers on other nodes are interrupted.
	 */
	private Duration lease = Duration.ofSeconds(15);

	/**
	 * How often a comment is sent to followers, so that proxies keep the connection open
	 * and a client that has gone is noticed.
	 */
	private Duration heartbeat = Duration.ofSeconds(15);

	@NestedConfigurationProperty
	private final Redis redis = new Redis();

	public Store getStore() {
		return this.store;
	}

	public void setStore(Store store) {
		this.store = store;
	}

	public Duration getRetention() {
		return this.retention;
	}

	public void setRetention(Duration retention) {
		PropertyRange.check(retention.toMillis(), 1, Long.MAX_VALUE);
		this.retention = retention;
	}

	public DataSize getMaxSize() {
		return this.maxSize;
	}

	public void setMaxSize(DataSize maxSize) {
		PropertyRange.check(maxSize.toBytes(), 1, Long.MAX_VALUE);
		this.maxSize = maxSize;
	}

	public DataSize getMaxTotalSize() {
		return this.maxTotalSize;
	}

	public void setMaxTotalSize(DataSize maxTotalSize) {
		PropertyRange.check(maxTotalSize.toBytes(), 1, Long.MAX_VALUE);
		this.maxTotalSize = maxTotalSize;
	}

	public Duration getLease() {
		return this.lease;
	}

	public void setLease(Duration lease) {
		PropertyRange.check(lease.toMillis(), 1_000, Long.MAX_VALUE);
		this.lease = lease;
	}

	public Duration getHeartbeat() {
		return this.heartbeat;
	}

	public void setHeartbeat(Duration heartbeat) {
		PropertyRange.check(heartbeat.toMillis(), 1, Long.MAX_VALUE);
		this.heartbeat = heartbeat;
	}

	public Redis getRedis() {
		return this.redis;
	}

	/**
	 * Where feeds are kept.
	 */
	public enum Store {

		/** In the memory of the node of the run. */
		MEMORY,

		/** In memory, and in Redis for followers on other nodes. */
		REDIS

	}

	/**
	 * Properties of feeds in Redis.
	 */
	public static class Redis {

		/**
		 * Prefix of the keys and channels of feeds.
		 */
		private String keyPrefix = "llm-callbacks:";

		public String getKeyPrefix() {
			return this.keyPrefix;
		}

		public void setKeyPrefix(String keyPrefix) {
			this.keyPrefix = keyPrefix;
		}

	}

}
