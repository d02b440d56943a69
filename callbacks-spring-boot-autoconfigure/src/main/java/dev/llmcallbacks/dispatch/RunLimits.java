package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.Objects;

/**
 * Limits of the runs that a {@link CallbackManager} opens.
 *
 * @param toolTimeout the maximum time of one call of a tool; zero for no limit
 * @param agentTimeout the maximum time of one run of an agent, with its calls of models
 * and tools; zero for no limit
 * @param toolArgumentsSize the maximum size of a tool call's arguments in UTF-8, in bytes
 */
public record RunLimits(Duration toolTimeout, Duration agentTimeout, int toolArgumentsSize) {

	/**
	 * No time limits, and 64 KiB of arguments.
	 */
	public static final RunLimits DEFAULT = new RunLimits(Duration.ZERO, Duration.ZERO, 64 * 1024);

	public RunLimits {
		requireNotNegative("toolTimeout", toolTimeout);
		requireNotNegative("agentTimeout", agentTimeout);
		if (toolArgumentsSize < 1) {
			throw new IllegalArgumentException("'toolArgumentsSize' must be positive, but is " + toolArgumentsSize);
		}
	}

	private static void requireNotNegative(String name, Duration duration) {
		if (Objects.requireNonNull(duration, name).isNegative()) {
			throw new IllegalArgumentException("'" + name + "' must not be negative, but is " + duration);
		}
	}

}
