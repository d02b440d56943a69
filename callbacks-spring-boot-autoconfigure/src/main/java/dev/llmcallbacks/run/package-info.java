/**
 * The identity of a run, as every event carries it.
 * <ul>
 * <li>{@link dev.llmcallbacks.run.Run}: one call of a model, chain, tool, retriever or
 * agent.</li>
 * <li>{@link dev.llmcallbacks.run.RunType}: what kind of work a run is.</li>
 * <li>{@link dev.llmcallbacks.run.Outcome}: how a run ended.</li>
 * <li>{@link dev.llmcallbacks.run.RunInfo}: what a result tells about its run.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.run;

import org.jspecify.annotations.NullMarked;
