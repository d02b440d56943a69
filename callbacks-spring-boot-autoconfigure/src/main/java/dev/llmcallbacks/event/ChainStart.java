package dev.llmcallbacks.event;

import java.time.Instant;
import java.util.Objects;

import dev.llmcallbacks.run.Run;

/**
 * A chain or an agent is about to run.
 *
 * @param run the run
 * @param timestamp the time of the event
 * @param inputs the input
 */
public record ChainStart(Run run, Instant timestamp, Object inputs) implements RunStart {

	public ChainStart {
		Objects.requireNonNull(run, "'run' must not be null");
		Objects.requireNonNull(timestamp, "'timestamp' must not be null");
		Objects.requireNonNull(inputs, "'inputs' must not be null");
	}

}
