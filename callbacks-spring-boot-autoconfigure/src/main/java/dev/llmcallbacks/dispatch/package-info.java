/**
 * Opens runs and delivers their events to handlers.
 * <ul>
 * <li>{@link dev.llmcallbacks.dispatch.CallbackManager}: opens runs; the entry
 * point.</li>
 * <li>{@link dev.llmcallbacks.dispatch.RunSpec},
 * {@link dev.llmcallbacks.dispatch.RunEvents},
 * {@link dev.llmcallbacks.dispatch.ActiveRun}, {@link dev.llmcallbacks.dispatch.OpenRun},
 * {@link dev.llmcallbacks.dispatch.RunOptionsSequence},
 * {@link dev.llmcallbacks.dispatch.RunLimits}: what code that opens runs provides.</li>
 * <li>{@link dev.llmcallbacks.dispatch.ChainEvents}: the events of runs around the
 * application's own work.</li>
 * <li>{@link dev.llmcallbacks.dispatch.CurrentRun}: the current run.</li>
 * <li>{@link dev.llmcallbacks.dispatch.ClaimedCall}: the mark of a call that has a run
 * already.</li>
 * <li>{@link dev.llmcallbacks.dispatch.RunFilter}: a hook around every run.</li>
 * <li>{@link dev.llmcallbacks.dispatch.HandlerRegistration},
 * {@link dev.llmcallbacks.dispatch.HandlerSettings},
 * {@link dev.llmcallbacks.dispatch.HandlerStatistics},
 * {@link dev.llmcallbacks.dispatch.HandlerStatus}: a handler with its settings,
 * statistics and state.</li>
 * <li>{@link dev.llmcallbacks.dispatch.CallbackException},
 * {@link dev.llmcallbacks.dispatch.ShutdownException}: failures of a run other than those
 * of its own work.</li>
 * </ul>
 * The life of an event is in six files: {@link dev.llmcallbacks.dispatch.RunSubscription}
 * (decides, creates and appends it), {@link dev.llmcallbacks.dispatch.RunLanes}
 * (distributes it), {@link dev.llmcallbacks.dispatch.LaneQueue} (holds it),
 * {@link dev.llmcallbacks.dispatch.CoalescingExecutor} and
 * {@link dev.llmcallbacks.dispatch.ResilientExecutor} (hand it off to a thread), and
 * {@link dev.llmcallbacks.dispatch.Lane} (delivers it).
 */
@NullMarked
package dev.llmcallbacks.dispatch;

import org.jspecify.annotations.NullMarked;
