/**
 * What a provider of chat models implements, and how its calls fail.
 * <ul>
 * <li>{@link dev.llmcallbacks.model.ChatModel}: one service's chat models.</li>
 * <li>{@link dev.llmcallbacks.model.ChatModelException}: the family of its failures; each
 * says in its own type what kind it is.</li>
 * <li>{@link dev.llmcallbacks.model.ProviderError}: what the service said of a
 * failure.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.model;

import org.jspecify.annotations.NullMarked;
