package dev.llmcallbacks.retriever;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

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
 * Events of one search, for a run of type {@code RETRIEVER}. The run's items are its
 * documents, best first, or lists of them.
 *
 * @param <T> the type of item
 */
public final class RetrieverEvents<T extends @Nullable Object> implements RunEvents<T> {

	private final String query;

	private final Function<? super T, ? extends Collection<Document>> found;

	private final List<Document> documents = new ArrayList<>();

	/**
	 * Create the events of one run.
	 * @param query the query
	 * @param found returns the documents that an item stands for, for example
	 * {@code List::of} if each item is a document
	 */
	public RetrieverEvents(String query, Function<? super T, ? extends Collection<Document>> found) {
		this.query = query;
		this.found = found;
	}

	@Override
	public RunStart started(Run run) {
		return new RetrieverStart(run, run.startedAt(), this.query);
	}

	@Override
	public void accept(T item) {
		this.documents.addAll(this.found.apply(item));
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
