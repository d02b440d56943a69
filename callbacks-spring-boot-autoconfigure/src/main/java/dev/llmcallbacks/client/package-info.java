/**
 * Client for chat models that emits events: one call of a model is one run.
 * <ul>
 * <li>{@link dev.llmcallbacks.client.ChatClient}: the fluent client, its builder and its
 * prompts.</li>
 * <li>{@link dev.llmcallbacks.client.ChatClientCustomizer}: customizes every client that
 * the application builds.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.client;

import org.jspecify.annotations.NullMarked;
