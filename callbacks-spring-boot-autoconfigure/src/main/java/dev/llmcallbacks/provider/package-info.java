/**
 * HTTP, server-sent events, JSON and errors: what the protocols of all providers share.
 * <ul>
 * <li>{@link dev.llmcallbacks.provider.ChatModelBuilder}: base class of the builders of
 * chat models.</li>
 * <li>{@link dev.llmcallbacks.provider.HttpChatModel}: base class of the chat models that
 * are called over HTTP.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.provider;

import org.jspecify.annotations.NullMarked;
