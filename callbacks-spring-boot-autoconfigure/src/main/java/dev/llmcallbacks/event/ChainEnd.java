package dev.llmcallbacks.event;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.run.Run;

/**
 * A chain or an agent has completed.
 *
 * @param run the run
 * @param timestamp the time of the event
 * @param duration the time from the run's start to its end
 * @param outputs the result; of a stream, what was assembled from it
 * @param truncated whether {@code outputs} lacks items, because a run keeps a limited
 * number of them
 */
public record ChainEnd(Run run, Instant timestamp, Duration duration, Object outputs,
		boolean truncated) implements RunEnd {

	public ChainEnd {
		Objects.requireNonNull(run, "'run' must not be null");
		Objects.requireNonNull(timestamp, "'timestamp' must not be null");
		Objects.requireNonNull(duration, "'duration' must not be null");
		Objects.requireNonNull(outputs, "'outputs' must not be null");
	}

	/**
	 * Create the terminal event of a run whose outputs are complete.
	 * @param run the run
	 * @param timestamp the time of the event
	 * @param duration the time from the run's start to its end
	 * @param outputs the result
	 */
	public ChainEnd(Run run, Instant timestamp, Duration duration, Object outputs) {
		this(run, timestamp, duration, outputs, false);
	}

	@Override
	public Outcome outcome() {
		return Outcome.COMPLETED;
	}

}
