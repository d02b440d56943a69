package dev.llmcallbacks.agent;

import java.time.Duration;

/**
 * Thrown when a run of an agent does not end within its time limit.
 */
public class AgentTimeoutException extends RuntimeException {

	/**
	 * Create an exception.
	 * @param agent the agent's name
	 * @param timeout the limit
	 * @param setting what sets the limit
	 */
	public AgentTimeoutException(String agent, Duration timeout, String setting) {
		super("Agent '%s' did not end within %s; allow more with %s".formatted(agent, timeout, setting));
	}

}
