/**
 * Chat models that speak OpenAI's protocols.
 * <ul>
 * <li>{@link dev.llmcallbacks.provider.openai.OpenAiChatModel}: OpenAI's models, and
 * those of every server that speaks its protocol.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.provider.openai;

import org.jspecify.annotations.NullMarked;
