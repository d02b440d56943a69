package dev.llmcallbacks.langchain4j;

import java.lang.reflect.UndeclaredThrowableException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.langchain4j.rag.content.Content;
import dev.langchain4j.rag.content.ContentMetadata;
import dev.langchain4j.rag.content.retriever.ContentRetriever;
import dev.langchain4j.rag.query.Query;
import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.dispatch.ClaimedCall;
import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.retriever.Retriever;

/**
 * Content retriever of LangChain4j as a {@link Retriever}.
 */
public final class LangChain4jRetriever {

	/** The name of runs of a retriever without a class of its own. */
	static final String NAME = "ContentRetriever";

	private LangChain4jRetriever() {
	}

	/**
	 * Make a retriever.
	 * @param contentRetriever the content retriever, which is called on the manager's
	 * work executor
	 * @return a retriever whose runs have the name of the content retriever's class
	 */
	public static Retriever of(ContentRetriever contentRetriever) {
		Objects.requireNonNull(contentRetriever, "'contentRetriever' must not be null");
		return Retriever.of(RunNames.of(contentRetriever, NAME), (query) -> retrieve(contentRetriever, query));
	}

	// the content retriever may open runs itself: this call is that of the current run
	private static List<Document> retrieve(ContentRetriever contentRetriever, String query) {
		try {
			return toDocuments(ClaimedCall.call(() -> contentRetriever.retrieve(Query.from(query))));
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new UndeclaredThrowableException(ex);
		}
	}

	/**
	 * Convert contents to documents.
	 * @param contents the contents, or {@code null}
	 * @return the documents, in the same order
	 */
	static List<Document> toDocuments(@Nullable List<Content> contents) {
		return (contents != null) ? contents.stream().map(LangChain4jRetriever::toDocument).toList() : List.of();
	}

	private static Document toDocument(Content content) {
		Map<ContentMetadata, Object> facts = content.metadata();
		Object id = facts.get(ContentMetadata.EMBEDDING_ID);
		Object score = facts.getOrDefault(ContentMetadata.RERANKED_SCORE, facts.get(ContentMetadata.SCORE));
		Map<String, Object> metadata = new LinkedHashMap<>(content.textSegment().metadata().toMap());
		metadata.values().removeIf(Objects::isNull);
		return new Document((id != null) ? id.toString() : null, content.textSegment().text(), metadata,
				(score instanceof Number number) ? number.doubleValue() : null);
	}

}
