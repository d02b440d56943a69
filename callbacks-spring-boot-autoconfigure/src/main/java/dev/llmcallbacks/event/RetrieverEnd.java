package dev.llmcallbacks.event;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.run.Run;

/**
 * Documents were found, or none.
 *
 * @param run the run
 * @param timestamp when it happened
 * @param duration how long the run took
 * @param documents what was found, best first
 */
public record RetrieverEnd(Run run, Instant timestamp, Duration duration, List<Document> documents) implements RunEnd {

	public RetrieverEnd {
		Objects.requireNonNull(run, "'run' must not be null");
		Objects.requireNonNull(timestamp, "'timestamp' must not be null");
		Objects.requireNonNull(duration, "'duration' must not be null");
		documents = List.copyOf(documents);
	}

	@Override
	public Outcome outcome() {
		return Outcome.COMPLETED;
	}

}
