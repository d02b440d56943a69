/**
 * The values that travel between application, model and handlers.
 * <ul>
 * <li>{@link dev.llmcallbacks.message.ChatMessage}: one message of a conversation:
 * {@link dev.llmcallbacks.message.SystemMessage},
 * {@link dev.llmcallbacks.message.HumanMessage},
 * {@link dev.llmcallbacks.message.AiMessage},
 * {@link dev.llmcallbacks.message.ToolMessage}.</li>
 * <li>{@link dev.llmcallbacks.message.ToolDefinition},
 * {@link dev.llmcallbacks.message.ToolChoice}, {@link dev.llmcallbacks.message.ToolCall},
 * {@link dev.llmcallbacks.message.ToolCallChunk}: what a model may call, and what it
 * calls.</li>
 * <li>{@link dev.llmcallbacks.message.ChatRequest},
 * {@link dev.llmcallbacks.message.ChatOptions}: what a model is asked.</li>
 * <li>{@link dev.llmcallbacks.message.ChatChunk}: a piece of a streamed answer.</li>
 * <li>{@link dev.llmcallbacks.message.ChatResponse},
 * {@link dev.llmcallbacks.message.ChatGeneration},
 * {@link dev.llmcallbacks.message.LlmOutput},
 * {@link dev.llmcallbacks.message.TokenUsage},
 * {@link dev.llmcallbacks.message.FinishReason}: a whole answer.</li>
 * <li>{@link dev.llmcallbacks.message.LlmResult}: the answers of one or more runs.</li>
 * <li>{@link dev.llmcallbacks.message.Document}: what a retriever finds.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.message;

import org.jspecify.annotations.NullMarked;
