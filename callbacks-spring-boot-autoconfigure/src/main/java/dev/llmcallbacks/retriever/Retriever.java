package dev.llmcallbacks.retriever;

import java.util.List;
import java.util.function.Function;

import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.message.Document;

/**
 * Search for documents. Each search is a run that handlers receive events of.
 * <p>
 * Immutable and thread-safe. Runs are opened by the manager of the current run, else by
 * the one that was given with {@link #withManager}, else, for beans, by the
 * application's. Without any of them only the callbacks of the options receive events,
 * which is logged once.
 */
public interface Retriever {

	/**
	 * Create a retriever of a function. The function may block: it is called on the
	 * manager's work executor, with the current run on the thread. It returns documents
	 * or iterables of documents, as they are or in a {@code Mono}, a {@code Flux}, a
	 * {@code CompletionStage} or any other type that
	 * {@link org.springframework.core.ReactiveAdapterRegistry} knows, which is subscribed
	 * to on another thread and must not block. An empty stream and {@code null} are no
	 * documents.
	 * @param name the name of its runs
	 * @param function the function
	 * @return the retriever
	 */
	static Retriever of(String name, Function<? super String, ?> function) {
		return new DefaultRetriever(name, function);
	}

	/**
	 * Search for documents.
	 * @param query the query
	 * @return the documents, best first, possibly none. Each subscription is a run of its
	 * own. Fails as the function or its stream does, with an
	 * {@link IllegalStateException} if it returns anything but documents, with a
	 * {@link dev.llmcallbacks.dispatch.CallbackException} when a handler with
	 * {@code raiseError} failed, and with a
	 * {@link dev.llmcallbacks.dispatch.ShutdownException} when the application is
	 * stopping. Cancelling interrupts the function, or cancels its stream
	 */
	Mono<List<Document>> retrieve(String query);

	/**
	 * Add options to the runs of this retriever, on top of those that were added before.
	 * Child runs inherit callbacks, tags and metadata.
	 * @param options the options; a run id serves the first run
	 * @return a retriever with the options
	 */
	Retriever withOptions(RunOptions options);

	/**
	 * Set the manager that opens the runs of this retriever where there is no current
	 * run.
	 * @param manager the manager
	 * @return a retriever with the manager
	 */
	Retriever withManager(CallbackManager manager);

}
