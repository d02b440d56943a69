/**
 * Client for chat models that emits events: one call of a model is one run.
 * <ul>
 * <li>{@link dev.llmcallbacks.client.ChatClient}: the fluent client, its builder and its
 * prompts.</li>
 * <li>{@link dev.llmcallbacks.client.ChatClientCustomizer}: customizes every client that
 * the application builds.</li>
 * <li>{@link dev.llmcallbacks.client.LlmRunEvents}: the events of a model call, for
 * clients of other libraries.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.client;

import org.jspecify.annotations.NullMarked;
