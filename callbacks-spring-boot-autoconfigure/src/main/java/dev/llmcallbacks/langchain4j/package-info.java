/**
 * LangChain4j and this library in one application: models, tools and retrievers of each
 * as those of the other, and calls that the application makes through LangChain4j as
 * runs. Requires {@code dev.langchain4j:langchain4j}.
 * <ul>
 * <li>{@link dev.llmcallbacks.langchain4j.LangChain4jChatModel}: a model of LangChain4j
 * as a {@link dev.llmcallbacks.model.ChatModel}.</li>
 * <li>{@link dev.llmcallbacks.langchain4j.LangChain4jTools}: tools of LangChain4j as
 * {@link dev.llmcallbacks.tool.Tools}, and the other way round.</li>
 * <li>{@link dev.llmcallbacks.langchain4j.LangChain4jRetriever}: a content retriever as a
 * {@link dev.llmcallbacks.retriever.Retriever}.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.langchain4j;

import org.jspecify.annotations.NullMarked;
