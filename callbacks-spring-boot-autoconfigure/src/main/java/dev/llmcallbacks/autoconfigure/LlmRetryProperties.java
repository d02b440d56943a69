package dev.llmcallbacks.autoconfigure;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;

import dev.llmcallbacks.client.RetryPolicy;

/**
 * Configuration properties for trying a call again that failed before its first chunk.
 */
@ConfigurationProperties("callbacks.retry")
public class LlmRetryProperties {

	/**
	 * Maximum number of attempts, the first included.
	 */
	private int maxAttempts = RetryPolicy.DEFAULT.maxAttempts();

	/**
	 * Longest wait after the first attempt. It doubles with each further one.
	 */
	private Duration initialBackoff = RetryPolicy.DEFAULT.initialBackoff();

	/**
	 * Longest wait between two attempts, unless the provider advises a longer one.
	 */
	private Duration maxBackoff = RetryPolicy.DEFAULT.maxBackoff();

	/**
	 * Longest wait that a provider may advise. A call that would have to wait longer
	 * fails with the provider's error.
	 */
	private Duration maxAdvisedWait = RetryPolicy.DEFAULT.maxAdvisedWait();

	public int getMaxAttempts() {
		return this.maxAttempts;
	}

	public void setMaxAttempts(int maxAttempts) {
		PropertyRange.check(maxAttempts, 1, Integer.MAX_VALUE);
		this.maxAttempts = maxAttempts;
	}

	public Duration getInitialBackoff() {
		return this.initialBackoff;
	}

	public void setInitialBackoff(Duration initialBackoff) {
		PropertyRange.check(initialBackoff.toMillis(), 0, Integer.MAX_VALUE);
		this.initialBackoff = initialBackoff;
	}

	public Duration getMaxBackoff() {
		return this.maxBackoff;
	}

	public void setMaxBackoff(Duration maxBackoff) {
		PropertyRange.check(maxBackoff.toMillis(), 0, Integer.MAX_VALUE);
		this.maxBackoff = maxBackoff;
	}

	public Duration getMaxAdvisedWait() {
		return this.maxAdvisedWait;
	}

	public void setMaxAdvisedWait(Duration maxAdvisedWait) {
		PropertyRange.check(maxAdvisedWait.toMillis(), 0, Integer.MAX_VALUE);
		this.maxAdvisedWait = maxAdvisedWait;
	}

	RetryPolicy toPolicy() {
		return new RetryPolicy(this.maxAttempts, this.initialBackoff, this.maxBackoff, this.maxAdvisedWait);
	}

}
