/**
 * What an application implements to hear of its runs.
 * <ul>
 * <li>{@link dev.llmcallbacks.callback.CallbackHandler},
 * {@link dev.llmcallbacks.callback.AsyncCallbackHandler}: the two kinds of
 * {@link dev.llmcallbacks.callback.LlmCallbackHandler}.</li>
 * <li>{@link dev.llmcallbacks.callback.LlmCallback}: makes a bean, or a method of one, a
 * handler.</li>
 * <li>{@link dev.llmcallbacks.callback.RunOptions}: what one call adds.</li>
 * <li>{@link dev.llmcallbacks.callback.CallbackMethod}: which method handles which type
 * of event.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.callback;

import org.jspecify.annotations.NullMarked;
