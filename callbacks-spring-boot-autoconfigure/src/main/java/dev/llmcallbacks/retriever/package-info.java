/**
 * Search for documents, each search a run.
 * <ul>
 * <li>{@link dev.llmcallbacks.retriever.Retriever}: a search for documents.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.retriever;

import org.jspecify.annotations.NullMarked;
