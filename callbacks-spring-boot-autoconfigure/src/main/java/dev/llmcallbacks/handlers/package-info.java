/**
 * The handlers that come with the library: ready to be attached to a call, or to be
 * returned from a {@code @Bean @LlmCallback} method.
 * <ul>
 * <li>{@link dev.llmcallbacks.handlers.RunTreePrinter}: prints the run tree as it
 * grows.</li>
 * <li>{@link dev.llmcallbacks.handlers.LoggingCallbackHandler},
 * {@link dev.llmcallbacks.handlers.EventKind},
 * {@link dev.llmcallbacks.handlers.LogLevel}: logs events, each kind at its level.</li>
 * <li>{@link dev.llmcallbacks.handlers.TokenUsageHandler},
 * {@link dev.llmcallbacks.handlers.TokenTotals}: counts tokens by model.</li>
 * <li>{@link dev.llmcallbacks.handlers.RunRecorder},
 * {@link dev.llmcallbacks.handlers.RunTree}: keeps the latest runs.</li>
 * <li>{@link dev.llmcallbacks.handlers.JsonLinesRecorder},
 * {@link dev.llmcallbacks.handlers.JsonLinesPlayer}: write events to a file, and feed
 * them to handlers again.</li>
 * <li>{@link dev.llmcallbacks.handlers.EventContentFilter}: what may be shown of an
 * event.</li>
 * <li>{@link dev.llmcallbacks.handlers.MalformedRecordingException}: a recording that
 * cannot be read.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.handlers;

import org.jspecify.annotations.NullMarked;
