/**
 * Values that are exchanged between application, model and handlers.
 * <ul>
 * <li>{@link dev.llmcallbacks.message.ChatMessage}: a message of a conversation:
 * {@link dev.llmcallbacks.message.SystemMessage},
 * {@link dev.llmcallbacks.message.HumanMessage},
 * {@link dev.llmcallbacks.message.AiMessage},
 * {@link dev.llmcallbacks.message.ToolMessage}.</li>
 * <li>{@link dev.llmcallbacks.message.Media}: an image, document or other file of a
 * message.</li>
 * <li>{@link dev.llmcallbacks.message.ToolDefinition},
 * {@link dev.llmcallbacks.message.ToolChoice}, {@link dev.llmcallbacks.message.ToolCall},
 * {@link dev.llmcallbacks.message.ToolCallChunk}: tools that a model may call, and its
 * calls.</li>
 * <li>{@link dev.llmcallbacks.message.ChatRequest},
 * {@link dev.llmcallbacks.message.ChatOptions},
 * {@link dev.llmcallbacks.message.ResponseFormat},
 * {@link dev.llmcallbacks.message.Thinking}: a request to a model.</li>
 * <li>{@link dev.llmcallbacks.message.ChatChunk}: a chunk of a streamed response.</li>
 * <li>{@link dev.llmcallbacks.message.ChatResponse},
 * {@link dev.llmcallbacks.message.ChatGeneration},
 * {@link dev.llmcallbacks.message.LlmOutput},
 * {@link dev.llmcallbacks.message.TokenUsage},
 * {@link dev.llmcallbacks.message.FinishReason}: a complete response.</li>
 * <li>{@link dev.llmcallbacks.message.LlmResult}: the responses of one or more runs.</li>
 * <li>{@link dev.llmcallbacks.message.Document}: a document that a retriever finds.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.message;

import org.jspecify.annotations.NullMarked;
