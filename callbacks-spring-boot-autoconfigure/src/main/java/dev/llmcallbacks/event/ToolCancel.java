package dev.llmcallbacks.event;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.run.Run;

/**
 * The subscriber cancelled the call of a tool, or the application stopped.
 *
 * @param run the run
 * @param timestamp the time of the event
 * @param duration the time from the run's start to its end
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
