package dev.llmcallbacks.event;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.run.Run;

/**
 * The subscriber cancelled a search for documents, or the application stopped.
 *
 * @param run the run
 * @param timestamp the time of the event
 * @param duration the time from the run's start to its end
 */
public record RetrieverCancel(Run run, Instant timestamp, Duration duration) implements RunEnd {

	public RetrieverCancel {
		Objects.requireNonNull(run, "'run' must not be null");
		Objects.requireNonNull(timestamp, "'timestamp' must not be null");
		Objects.requireNonNull(duration, "'duration' must not be null");
	}

	@Override
	public Outcome outcome() {
		return Outcome.CANCELLED;
	}

}
