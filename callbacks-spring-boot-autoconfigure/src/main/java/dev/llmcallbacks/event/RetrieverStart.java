package dev.llmcallbacks.event;

import java.time.Instant;
import java.util.Objects;

import dev.llmcallbacks.run.Run;

/**
 * Documents are about to be looked up.
 *
 * @param run the run
 * @param timestamp when it happened
 * @param query what is looked for
 */
public record RetrieverStart(Run run, Instant timestamp, String query) implements RunStart {

	public RetrieverStart {
		Objects.requireNonNull(run, "'run' must not be null");
		Objects.requireNonNull(timestamp, "'timestamp' must not be null");
		Objects.requireNonNull(query, "'query' must not be null");
	}

}
