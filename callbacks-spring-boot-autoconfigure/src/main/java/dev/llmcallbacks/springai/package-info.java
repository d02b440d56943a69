/**
 * Bridge to Spring AI: its calls reach the application's handlers, and its models, tools
 * and stores can be used with this library.
 * <ul>
 * <li>{@link dev.llmcallbacks.springai.SpringAiChatModel}: a model of Spring AI as a
 * {@link dev.llmcallbacks.model.ChatModel}.</li>
 * <li>{@link dev.llmcallbacks.springai.SpringAiTools}: tools of Spring AI as tools of
 * this library, and the other way round.</li>
 * <li>{@link dev.llmcallbacks.springai.SpringAiRetriever}: vector stores and document
 * retrievers as retrievers.</li>
 * <li>{@link dev.llmcallbacks.springai.SpringAiRuns},
 * {@link dev.llmcallbacks.springai.ClientRunAdvisor},
 * {@link dev.llmcallbacks.springai.ModelRunAdvisor},
 * {@link dev.llmcallbacks.springai.RunToolCallingManager}: what an application without
 * the auto-configuration adds to its clients.</li>
 * </ul>
 * Requires {@code org.springframework.ai:spring-ai-client-chat}. What is special to
 * models of OpenAI and Anthropic is used only where their modules are present.
 */
@NullMarked
package dev.llmcallbacks.springai;

import org.jspecify.annotations.NullMarked;
