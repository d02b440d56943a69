package dev.llmcallbacks.retriever;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import dev.llmcallbacks.dispatch.RunEvents;
import dev.llmcallbacks.event.RetrieverCancel;
import dev.llmcallbacks.event.RetrieverEnd;
import dev.llmcallbacks.event.RetrieverError;
import dev.llmcallbacks.event.RetrieverStart;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.run.Run;

/**
 * Events of one search, for a run of type {@code RETRIEVER}. The run's items are the
 * documents, best first.
 */
public final class RetrieverEvents implements RunEvents<Document> {

	private final String query;

	private final List<Document> documents = new ArrayList<>();

	/**
	 * Create the events of one run.
	 * @param query the query
	 */
	public RetrieverEvents(String query) {
		this.query = query;
	}

	@Override
	public RunStart started(Run run) {
		return new RetrieverStart(run, run.startedAt(), this.query);
	}

	@Override
	public void accept(Document document) {
		this.documents.add(document);
	}

	@Override
	public RunEnd completed(Run run, Duration duration) {
		return new RetrieverEnd(run, Instant.now(), duration, this.documents);
	}

	@Override
	public RunEnd failed(Run run, Duration duration, Throwable error) {
		return new RetrieverError(run, Instant.now(), duration, error);
	}

	@Override
	public RunEnd cancelled(Run run, Duration duration) {
		return new RetrieverCancel(run, Instant.now(), duration);
	}

}
