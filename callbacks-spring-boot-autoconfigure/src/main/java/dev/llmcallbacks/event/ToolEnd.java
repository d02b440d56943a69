package dev.llmcallbacks.event;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.run.Run;

/**
 * A tool has returned.
 *
 * @param run the run
 * @param timestamp the time of the event
 * @param duration the time from the run's start to its end
 * @param output the answer
 */
public record ToolEnd(Run run, Instant timestamp, Duration duration, ToolMessage output) implements RunEnd {

	public ToolEnd {
		Objects.requireNonNull(run, "'run' must not be null");
		Objects.requireNonNull(timestamp, "'timestamp' must not be null");
		Objects.requireNonNull(duration, "'duration' must not be null");
		Objects.requireNonNull(output, "'output' must not be null");
	}

	@Override
	public Outcome outcome() {
		return Outcome.COMPLETED;
	}

}
