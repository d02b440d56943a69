package dev.llmcallbacks.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties for the executor that blocking handlers are called on.
 */
@ConfigurationProperties("callbacks.executor")
public class LlmExecutorProperties {

	/**
	 * Core number of threads. Doesn't have an effect if virtual threads are enabled.
	 */
	private int coreSize = 16;

	/**
	 * Maximum number of threads. More than the core number are started only when the
	 * queue is full. Doesn't have an effect if virtual threads are enabled.
	 */
	private int maxSize = 16;

	/**
	 * Number of tasks that may wait for a thread. Doesn't have an effect if virtual
	 * threads are enabled.
	 */
	private int queueCapacity = 1000;

	/**
	 * Time after which an idle thread ends. Doesn't have an effect if virtual threads are
	 * enabled.
	 */
	private Duration keepAlive = Duration.ofSeconds(60);

	/**
	 * Maximum number of virtual threads at a time. Doesn't have an effect unless virtual
	 * threads are enabled.
	 */
	private int concurrencyLimit = 1000;

	/**
	 * Prefix to use for the names of newly created threads.
	 */
	private String threadNamePrefix = "llm-callback-";

	/**
	 * Whether the executor should wait for tasks to complete on shutdown.
	 */
	private boolean awaitTermination;

	/**
	 * Maximum time the executor should wait for tasks to complete on shutdown.
	 */
	private @Nullable Duration awaitTerminationPeriod;

	public int getCoreSize() {
		return this.coreSize;
	}

	public void setCoreSize(int coreSize) {
		PropertyRange.check(coreSize, 1, Integer.MAX_VALUE);
		this.coreSize = coreSize;
	}

	public int getMaxSize() {
		return this.maxSize;
	}

	public void setMaxSize(int maxSize) {
		PropertyRange.check(maxSize, 1, Integer.MAX_VALUE);
		this.maxSize = maxSize;
	}

	public int getQueueCapacity() {
		return this.queueCapacity;
	}

	public void setQueueCapacity(int queueCapacity) {
		PropertyRange.check(queueCapacity, 0, Integer.MAX_VALUE);
		this.queueCapacity = queueCapacity;
	}

	public Duration getKeepAlive() {
		return this.keepAlive;
	}

	public void setKeepAlive(Duration keepAlive) {
		PropertyRange.check(keepAlive.toSeconds(), 0, Integer.MAX_VALUE);
		this.keepAlive = keepAlive;
	}

	public int getConcurrencyLimit() {
		return this.concurrencyLimit;
	}

	public void setConcurrencyLimit(int concurrencyLimit) {
		PropertyRange.check(concurrencyLimit, 1, Integer.MAX_VALUE);
		this.concurrencyLimit = concurrencyLimit;
	}

	public String getThreadNamePrefix() {
		return this.threadNamePrefix;
	}

	public void setThreadNamePrefix(String threadNamePrefix) {
		this.threadNamePrefix = threadNamePrefix;
	}

	public boolean isAwaitTermination() {
		return this.awaitTermination;
	}

	public void setAwaitTermination(boolean awaitTermination) {
		this.awaitTermination = awaitTermination;
	}

	public @Nullable Duration getAwaitTerminationPeriod() {
		return this.awaitTerminationPeriod;
	}

	public void setAwaitTerminationPeriod(@Nullable Duration awaitTerminationPeriod) {
		this.awaitTerminationPeriod = awaitTerminationPeriod;
	}

}
