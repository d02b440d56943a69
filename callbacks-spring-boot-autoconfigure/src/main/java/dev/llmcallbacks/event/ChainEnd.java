package dev.llmcallbacks.event;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.run.Run;

/**
 * A chain or an agent has finished.
 *
 * @param run the run
 * @param timestamp when it happened
 * @param duration how long the run took
 * @param outputs what it gave; of a stream, what was assembled from it
 */
public record ChainEnd(Run run, Instant timestamp, Duration duration, Object outputs) implements RunEnd {

	public ChainEnd {
		Objects.requireNonNull(run, "'run' must not be null");
		Objects.requireNonNull(timestamp, "'timestamp' must not be null");
		Objects.requireNonNull(duration, "'duration' must not be null");
		Objects.requireNonNull(outputs, "'outputs' must not be null");
	}

	@Override
	public Outcome outcome() {
		return Outcome.COMPLETED;
	}

}
