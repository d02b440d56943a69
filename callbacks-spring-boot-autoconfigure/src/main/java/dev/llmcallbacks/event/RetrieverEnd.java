package dev.llmcallbacks.event;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.run.Run;

/**
 * A search for documents has completed, possibly without a result.
 *
 * @param run the run
 * @param timestamp the time of the event
 * @param duration the time from the run's start to its end
 * @param documents the documents, best first
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
