/**
 * Puts the application's own work together from steps, each of them a run.
 * <ul>
 * <li>{@link dev.llmcallbacks.chain.Chain}: one step, or several put together.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.chain;

import org.jspecify.annotations.NullMarked;
