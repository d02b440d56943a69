package dev.llmcallbacks.retriever;

import java.util.List;
import java.util.function.Function;

import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.message.Document;

/**
 * Finds documents for a query, each look-up a run that handlers hear of.
 * <p>
 * Immutable, and safe for use by any number of threads. The runs are opened by the
 * manager of the run in force, else by the one that was given with {@link #withManager},
 * else by one that knows no handlers but those of the options.
 */
public interface Retriever {

	/**
	 * Create a retriever of a function. The function may block: it is called on an
	 * executor for blocking work, with the run in force on the thread. It returns a list
	 * of documents, or a {@code Mono} of one, or a {@code Flux} of documents; a publisher
	 * is subscribed to from elsewhere and must not block. Nothing, and {@code null}, is
	 * no documents.
	 * @param name the name of its runs
	 * @param function the function
	 * @return the retriever
	 */
	static Retriever of(String name, Function<? super String, ?> function) {
		return new DefaultRetriever(name, function);
	}

	/**
	 * Look up documents.
	 * @param query what to look for
	 * @return the documents, best first, possibly none. Each subscription is a run of its
	 * own. Fails as the function or its publisher does, with an
	 * {@link IllegalStateException} when it gives anything but documents, with a
	 * {@link dev.llmcallbacks.dispatch.CallbackException} when a handler with
	 * {@code raiseError} failed, and with a
	 * {@link dev.llmcallbacks.dispatch.ShutdownException} when the application is
	 * stopping. Cancelling interrupts the function, or cancels its publisher
	 */
	Mono<List<Document>> retrieve(String query);

	/**
	 * Add to the runs of this retriever, on top of what was added before. The runs inside
	 * inherit callbacks, tags and metadata.
	 * @param options what is added; a run id serves the first run
	 * @return a retriever with the options
	 */
	Retriever withOptions(RunOptions options);

	/**
	 * Set what opens the runs of this retriever outside of any other run.
	 * @param manager the manager
	 * @return a retriever with the manager
	 */
	Retriever withManager(CallbackManager manager);

}
