/**
 * Search for documents, each search a run.
 * <ul>
 * <li>{@link dev.llmcallbacks.retriever.Retriever}: a search for documents.</li>
 * <li>{@link dev.llmcallbacks.retriever.RetrieverEvents}: the events of a search, for
 * retrievers of other libraries.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.retriever;

import org.jspecify.annotations.NullMarked;
