/**
 * What all providers' wire formats share: HTTP, server-sent events, JSON, and the way
 * errors are told.
 * <ul>
 * <li>{@link dev.llmcallbacks.provider.ChatModelBuilder}: what every provider's builder
 * can be told.</li>
 * <li>{@link dev.llmcallbacks.provider.ChatEndpoint}: posts a request and reads the
 * answer.</li>
 * <li>{@link dev.llmcallbacks.provider.RequestBody}: the JSON of a request.</li>
 * <li>{@link dev.llmcallbacks.provider.ChatChunkDecoder}: implemented by each provider to
 * turn its payloads into chunks.</li>
 * <li>{@link dev.llmcallbacks.provider.AnswerAssembler}: puts the chunks of an answer
 * together.</li>
 * <li>{@link dev.llmcallbacks.provider.JsonCursor}: reads payloads without making trees
 * of them.</li>
 * <li>{@link dev.llmcallbacks.provider.ToolArguments}: parses what a model wrote as a
 * tool's arguments.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.provider;

import org.jspecify.annotations.NullMarked;
