/**
 * A model and tools in rounds: the model is asked, the tools that it wants called are
 * called, and it is asked again with their answers, until it wants none.
 * <ul>
 * <li>{@link dev.llmcallbacks.agent.Agent}: runs the rounds, as one run.</li>
 * <li>{@link dev.llmcallbacks.agent.TooManyRoundsException}: the model came to no answer
 * in the rounds that it had.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.agent;

import org.jspecify.annotations.NullMarked;
