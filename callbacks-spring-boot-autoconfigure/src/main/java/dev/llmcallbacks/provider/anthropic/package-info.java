/**
 * Chat models that speak Anthropic's Messages protocol.
 * <ul>
 * <li>{@link dev.llmcallbacks.provider.anthropic.AnthropicChatModel}: Anthropic's
 * models.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.provider.anthropic;

import org.jspecify.annotations.NullMarked;
