package dev.llmcallbacks.springai;

import java.util.List;
import java.util.concurrent.Callable;

import org.springframework.ai.rag.Query;
import org.springframework.ai.rag.retrieval.search.DocumentRetriever;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.VectorStoreRetriever;

import dev.llmcallbacks.dispatch.ClaimedCall;
import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.retriever.Retriever;

/**
 * Vector stores and document retrievers of Spring AI as retrievers of this library.
 */
public final class SpringAiRetriever {

	private SpringAiRetriever() {
	}

	/**
	 * Make a retriever of a vector store.
	 * @param name the name of its runs
	 * @param store the store, which is searched with its defaults
	 * @return the retriever
	 */
	public static Retriever of(String name, VectorStoreRetriever store) {
		return of(name, store, SearchRequest.builder().build());
	}

	/**
	 * Make a retriever of a vector store.
	 * @param name the name of its runs
	 * @param store the store
	 * @param search the number of documents, threshold and filter of each search, whose
	 * query is replaced
	 * @return the retriever
	 */
	public static Retriever of(String name, VectorStoreRetriever store, SearchRequest search) {
		return Retriever.of(name,
				(query) -> toDocuments(() -> store.similaritySearch(SearchRequest.from(search).query(query).build())));
	}

	/**
	 * Make a retriever of a document retriever.
	 * @param name the name of its runs
	 * @param retriever the document retriever
	 * @return the retriever
	 */
	public static Retriever of(String name, DocumentRetriever retriever) {
		return Retriever.of(name, (query) -> toDocuments(() -> retriever.retrieve(new Query(query))));
	}

	private static List<Document> toDocuments(Callable<List<org.springframework.ai.document.Document>> search) {
		List<org.springframework.ai.document.Document> found = Unchecked.call(() -> ClaimedCall.call(search));
		return found.stream().map(SpringAiMessages::toDocument).toList();
	}

}
