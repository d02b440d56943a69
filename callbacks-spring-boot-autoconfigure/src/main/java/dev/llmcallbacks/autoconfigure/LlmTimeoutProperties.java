package dev.llmcallbacks.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

import dev.llmcallbacks.client.TimeLimits;

/**
 * Configuration properties for the time that a provider may keep its caller waiting. Time
 * that handlers take, and in which a subscriber asks for nothing, does not count.
 */
@ConfigurationProperties("callbacks.timeouts")
public class LlmTimeoutProperties {

	/**
	 * Maximum time to establish a connection. Left to the application's HTTP client
	 * settings if not set.
	 */
	private @Nullable Duration connect;

	/**
	 * Maximum time to the first piece of a streamed answer. Zero for no limit.
	 */
	private Duration firstToken = TimeLimits.DEFAULT.firstToken();

	/**
	 * Maximum time between two pieces of a streamed answer. Zero for no limit.
	 */
	private Duration silence = TimeLimits.DEFAULT.silence();

	/**
	 * Maximum time for a whole call with its retries. Zero for no limit.
	 */
	private Duration call = TimeLimits.DEFAULT.call();

	public @Nullable Duration getConnect() {
		return this.connect;
	}

	public void setConnect(@Nullable Duration connect) {
		PropertyRange.check((connect != null) ? connect.toMillis() : 1, 1, Integer.MAX_VALUE);
		this.connect = connect;
	}

	public Duration getFirstToken() {
		return this.firstToken;
	}

	public void setFirstToken(Duration firstToken) {
		PropertyRange.check(firstToken.toMillis(), 0, Integer.MAX_VALUE);
		this.firstToken = firstToken;
	}

	public Duration getSilence() {
		return this.silence;
	}

	public void setSilence(Duration silence) {
		PropertyRange.check(silence.toMillis(), 0, Integer.MAX_VALUE);
		this.silence = silence;
	}

	public Duration getCall() {
		return this.call;
	}

	public void setCall(Duration call) {
		PropertyRange.check(call.toMillis(), 0, Integer.MAX_VALUE);
		this.call = call;
	}

	TimeLimits toLimits() {
		return new TimeLimits(this.firstToken, this.silence, this.call);
	}

}
