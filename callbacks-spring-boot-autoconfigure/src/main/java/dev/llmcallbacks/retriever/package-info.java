/**
 * Looks up documents, each look-up a run.
 * <ul>
 * <li>{@link dev.llmcallbacks.retriever.Retriever}: finds documents for a query.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.retriever;

import org.jspecify.annotations.NullMarked;
