package dev.llmcallbacks.message;

import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Text that a retriever found.
 *
 * @param id the document's id in its store, or {@code null}
 * @param text the document's text
 * @param metadata facts about the document
 * @param score how well the document matches the query, on the store's own scale, where a
 * higher value is better; {@code null} if it is not known
 */
public record Document(@Nullable String id, String text, Map<String, Object> metadata, @Nullable Double score) {

	public Document {
		Objects.requireNonNull(text, "'text' must not be null");
		metadata = Map.copyOf(metadata);
	}

	/**
	 * Create a document of text only.
	 * @param text the text
	 */
	public Document(String text) {
		this(null, text, Map.of(), null);
	}

}
