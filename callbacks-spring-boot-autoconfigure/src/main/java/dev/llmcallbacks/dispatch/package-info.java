/**
 * Opens runs and delivers their events to handlers.
 * <ul>
 * <li>{@link dev.llmcallbacks.dispatch.CallbackManager}: opens runs; the way in.</li>
 * <li>{@link dev.llmcallbacks.dispatch.RunSpec},
 * {@link dev.llmcallbacks.dispatch.RunEvents},
 * {@link dev.llmcallbacks.dispatch.ActiveRun},
 * {@link dev.llmcallbacks.dispatch.RunOptionsSequence}: what a run is made of, for
 * whoever opens one.</li>
 * <li>{@link dev.llmcallbacks.dispatch.ChainEvents}: the events of runs that are the
 * application's own work.</li>
 * <li>{@link dev.llmcallbacks.dispatch.CurrentRun}: the run in force.</li>
 * <li>{@link dev.llmcallbacks.dispatch.RunFilter}: a hook around every run.</li>
 * <li>{@link dev.llmcallbacks.dispatch.HandlerRegistration},
 * {@link dev.llmcallbacks.dispatch.HandlerSettings},
 * {@link dev.llmcallbacks.dispatch.HandlerStatistics},
 * {@link dev.llmcallbacks.dispatch.HandlerStatus}: a handler, how it wants to be called,
 * what it has done, and how it stands.</li>
 * <li>{@link dev.llmcallbacks.dispatch.CallbackException},
 * {@link dev.llmcallbacks.dispatch.ShutdownException}: why a run fails that its own work
 * did not fail.</li>
 * <li>{@link dev.llmcallbacks.dispatch.CurrentRunAccessor}: carries the run in force
 * wherever Micrometer's context propagation goes.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.dispatch;

import org.jspecify.annotations.NullMarked;
