/**
 * Events of runs: one record per type of event, in one sealed hierarchy.
 * <ul>
 * <li>{@link dev.llmcallbacks.event.CallbackEvent}: any event.</li>
 * <li>{@link dev.llmcallbacks.event.RunStart}, {@link dev.llmcallbacks.event.RunEnd}: the
 * first and the last event of a run.</li>
 * <li>{@link dev.llmcallbacks.event.ChatModelStart}</li>
 * <li>{@link dev.llmcallbacks.event.LlmStart}</li>
 * <li>{@link dev.llmcallbacks.event.LlmNewToken}</li>
 * <li>{@link dev.llmcallbacks.event.Retry}</li>
 * <li>{@link dev.llmcallbacks.event.LlmEnd}</li>
 * <li>{@link dev.llmcallbacks.event.LlmError}</li>
 * <li>{@link dev.llmcallbacks.event.LlmCancel}</li>
 * <li>{@link dev.llmcallbacks.event.ChainStart}</li>
 * <li>{@link dev.llmcallbacks.event.AgentAction}</li>
 * <li>{@link dev.llmcallbacks.event.AgentFinish}</li>
 * <li>{@link dev.llmcallbacks.event.Text}</li>
 * <li>{@link dev.llmcallbacks.event.ChainEnd}</li>
 * <li>{@link dev.llmcallbacks.event.ChainError}</li>
 * <li>{@link dev.llmcallbacks.event.ChainCancel}</li>
 * <li>{@link dev.llmcallbacks.event.ToolStart}</li>
 * <li>{@link dev.llmcallbacks.event.ToolProgress}</li>
 * <li>{@link dev.llmcallbacks.event.ToolEnd}</li>
 * <li>{@link dev.llmcallbacks.event.ToolError}</li>
 * <li>{@link dev.llmcallbacks.event.ToolCancel}</li>
 * <li>{@link dev.llmcallbacks.event.RetrieverStart}</li>
 * <li>{@link dev.llmcallbacks.event.RetrieverEnd}</li>
 * <li>{@link dev.llmcallbacks.event.RetrieverError}</li>
 * <li>{@link dev.llmcallbacks.event.RetrieverCancel}</li>
 * <li>{@link dev.llmcallbacks.event.CustomEvent}</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.event;

import org.jspecify.annotations.NullMarked;
