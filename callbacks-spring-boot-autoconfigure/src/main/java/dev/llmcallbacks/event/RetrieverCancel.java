package dev.llmcallbacks.event;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.run.Run;

/**
 * A look-up of documents was given up by whoever had asked for it.
 *
 * @param run the run
 * @param timestamp when it happened
 * @param duration how long the run took
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
