/**
 * Time that is up for many at a time.
 * <ul>
 * <li>{@link dev.llmcallbacks.timer.FixedDelay}: runs tasks after a while that is the
 * same for all.</li>
 * <li>{@link dev.llmcallbacks.timer.SingleTimer}: runs once for all who start it.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.timer;

import org.jspecify.annotations.NullMarked;
