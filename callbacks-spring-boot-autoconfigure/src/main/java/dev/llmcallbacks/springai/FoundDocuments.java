package dev.llmcallbacks.springai;

import java.time.Duration;
import java.util.List;

import org.springframework.ai.document.Document;

import dev.llmcallbacks.dispatch.RunEvents;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.retriever.RetrieverEvents;
import dev.llmcallbacks.run.Run;

/**
 * Events of a search whose documents are found together.
 *
 * @param events the events of the search
 */
record FoundDocuments(RetrieverEvents events) implements RunEvents<List<Document>> {

	@Override
	public RunStart started(Run run) {
		return this.events.started(run);
	}

	@Override
	public void accept(List<Document> documents) {
		documents.stream().map(SpringAiMessages::toDocument).forEach(this.events::accept);
	}

	@Override
	public RunEnd completed(Run run, Duration duration) {
		return this.events.completed(run, duration);
	}

	@Override
	public RunEnd failed(Run run, Duration duration, Throwable error) {
		return this.events.failed(run, duration, error);
	}

	@Override
	public RunEnd cancelled(Run run, Duration duration) {
		return this.events.cancelled(run, duration);
	}

}
