package dev.llmcallbacks.event;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.run.Run;

/**
 * A call of a tool was given up by whoever had asked for it.
 *
 * @param run the run
 * @param timestamp when it happened
 * @param duration how long the run took
 * @param toolCallId the {@link dev.llmcallbacks.message.ToolCall#id() id} of the call
 */
public record ToolCancel(Run run, Instant timestamp, Duration duration, String toolCallId) implements RunEnd {

	public ToolCancel {
		Objects.requireNonNull(run, "'run' must not be null");
		Objects.requireNonNull(timestamp, "'timestamp' must not be null");
		Objects.requireNonNull(duration, "'duration' must not be null");
		Objects.requireNonNull(toolCallId, "'toolCallId' must not be null");
	}

	@Override
	public Outcome outcome() {
		return Outcome.CANCELLED;
	}

}
