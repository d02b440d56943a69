package dev.llmcallbacks.event;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.run.Run;

/**
 * A tool has failed.
 *
 * @param run the run
 * @param timestamp the time of the event
 * @param duration the time from the run's start to its end
 * @param toolCallId the {@link dev.llmcallbacks.message.ToolCall#id() id} of the call
 * @param error the reason
 */
public record ToolError(Run run, Instant timestamp, Duration duration, String toolCallId,
		Throwable error) implements RunEnd {

	public ToolError {
		Objects.requireNonNull(run, "'run' must not be null");
		Objects.requireNonNull(timestamp, "'timestamp' must not be null");
		Objects.requireNonNull(duration, "'duration' must not be null");
		Objects.requireNonNull(toolCallId, "'toolCallId' must not be null");
		Objects.requireNonNull(error, "'error' must not be null");
	}

	@Override
	public Outcome outcome() {
		return Outcome.FAILED;
	}

}
