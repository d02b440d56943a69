/**
 * Interfaces that an application implements to receive the events of its runs.
 * <ul>
 * <li>{@link dev.llmcallbacks.callback.CallbackHandler},
 * {@link dev.llmcallbacks.callback.AsyncCallbackHandler}: the two kinds of
 * {@link dev.llmcallbacks.callback.LlmCallbackHandler}.</li>
 * <li>{@link dev.llmcallbacks.callback.LlmCallback}: declares a bean, or a method of one,
 * as a handler.</li>
 * <li>{@link dev.llmcallbacks.callback.RunOptions}: the options of one call.</li>
 * <li>{@link dev.llmcallbacks.callback.CallbackMethod}: the handler method of each type
 * of event.</li>
 * <li>{@link dev.llmcallbacks.callback.RunContentFilter},
 * {@link dev.llmcallbacks.callback.RecordedException}: what may be shown of contents, and
 * an error that has happened elsewhere.</li>
 * <li>{@link dev.llmcallbacks.callback.ReturnedValue}: what code of the application
 * returned, as a stream.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.callback;

import org.jspecify.annotations.NullMarked;
