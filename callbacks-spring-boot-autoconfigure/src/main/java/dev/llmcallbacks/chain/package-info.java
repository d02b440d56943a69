/**
 * Composition of the application's own work from steps, each of which is a run.
 * <ul>
 * <li>{@link dev.llmcallbacks.chain.Chain}: a step, or a composition of steps.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.chain;

import org.jspecify.annotations.NullMarked;
