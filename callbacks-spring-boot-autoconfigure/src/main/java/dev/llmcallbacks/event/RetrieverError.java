package dev.llmcallbacks.event;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.run.Run;

/**
 * A search for documents has failed.
 *
 * @param run the run
 * @param timestamp the time of the event
 * @param duration the time from the run's start to its end
 * @param error the reason
 */
public record RetrieverError(Run run, Instant timestamp, Duration duration, Throwable error) implements RunEnd {

	public RetrieverError {
		Objects.requireNonNull(run, "'run' must not be null");
		Objects.requireNonNull(timestamp, "'timestamp' must not be null");
		Objects.requireNonNull(duration, "'duration' must not be null");
		Objects.requireNonNull(error, "'error' must not be null");
	}

	@Override
	public Outcome outcome() {
		return Outcome.FAILED;
	}

}
