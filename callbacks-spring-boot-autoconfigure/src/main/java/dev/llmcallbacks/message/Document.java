package dev.llmcallbacks.message;

import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * A text that a retriever found.
 *
 * @param id the document's id in its store, or {@code null}
 * @param text the document's text
 * @param metadata what is known about the document
 * @param score how well it fits the query, the higher the better on the store's own
 * scale, or {@code null}
 */
public record Document(@Nullable String id, String text, Map<String, Object> metadata, @Nullable Double score) {

	public Document {
		Objects.requireNonNull(text, "'text' must not be null");
		metadata = Map.copyOf(metadata);
	}

	/**
	 * Create a document that is nothing but text.
	 * @param text the text
	 */
	public Document(String text) {
		this(null, text, Map.of(), null);
	}

}
