package dev.llmcallbacks.event;

import java.time.Instant;
import java.util.Objects;

import dev.llmcallbacks.run.Run;

/**
 * A search for documents is about to begin.
 *
 * @param run the run
 * @param timestamp the time of the event
 * @param query the query
 */
public record RetrieverStart(Run run, Instant timestamp, String query) implements RunStart {

	public RetrieverStart {
		Objects.requireNonNull(run, "'run' must not be null");
		Objects.requireNonNull(timestamp, "'timestamp' must not be null");
		Objects.requireNonNull(query, "'query' must not be null");
	}

}
