package dev.llmcallbacks.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

import dev.llmcallbacks.client.TimeLimits;

/**
 * Configuration properties for the time that a provider may keep its caller waiting, not
 * counting the time that handlers take and in which a subscriber requests nothing, and
 * for the time that calls of tools and runs of agents may take.
 */
@ConfigurationProperties("callbacks.timeouts")
public class LlmTimeoutProperties {

	/**
	 * Maximum time to establish a connection, and to wait for one if their number is
	 * limited. Left to the application's HTTP client settings if not set.
	 */
	private @Nullable Duration connect;

	/**
	 * Maximum time to the first chunk of a streamed answer. Zero for no limit.
	 */
	private Duration firstToken = TimeLimits.DEFAULT.firstToken();

	/**
	 * Maximum time between two chunks of a streamed answer. Zero for no limit.
	 */
	private Duration silence = TimeLimits.DEFAULT.silence();

	/**
	 * Maximum time for a whole call with its retries. Zero for no limit.
	 */
	private Duration call = TimeLimits.DEFAULT.call();

	/**
	 * Maximum time for a call of a tool. Zero for no limit.
	 */
	private Duration tool = Duration.ZERO;

	/**
	 * Maximum time for a run of an agent with its calls of models and tools. Zero for no
	 * limit.
	 */
	private Duration agent = Duration.ZERO;

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

	public Duration getTool() {
		return this.tool;
	}

	public void setTool(Duration tool) {
		PropertyRange.check(tool.toMillis(), 0, Integer.MAX_VALUE);
		this.tool = tool;
	}

	public Duration getAgent() {
		return this.agent;
	}

	public void setAgent(Duration agent) {
		PropertyRange.check(agent.toMillis(), 0, Integer.MAX_VALUE);
		this.agent = agent;
	}

	TimeLimits toLimits() {
		return new TimeLimits(this.firstToken, this.silence, this.call);
	}

}
