/**
 * Identity of a run, which is part of every event.
 * <ul>
 * <li>{@link dev.llmcallbacks.run.Run}: a run of a model call, chain, tool, retriever or
 * agent.</li>
 * <li>{@link dev.llmcallbacks.run.RunType}: the kind of work of a run.</li>
 * <li>{@link dev.llmcallbacks.run.Outcome}: the outcome of a run.</li>
 * <li>{@link dev.llmcallbacks.run.RunInfo}: the run in a result.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.run;

import org.jspecify.annotations.NullMarked;
