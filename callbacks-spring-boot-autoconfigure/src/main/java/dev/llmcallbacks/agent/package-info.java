/**
 * Agents: the model is called, the tools that it asks for are called, and it is called
 * again with their results, until it asks for none.
 * <ul>
 * <li>{@link dev.llmcallbacks.agent.Agent}: the rounds of a model and its tools, as one
 * run.</li>
 * <li>{@link dev.llmcallbacks.agent.TooManyRoundsException}: the model still calls tools
 * in the last round.</li>
 * <li>{@link dev.llmcallbacks.agent.CutOffResponseException}: a response with tool calls
 * was cut off.</li>
 * <li>{@link dev.llmcallbacks.agent.AgentTimeoutException}: a run exceeded its time
 * limit.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.agent;

import org.jspecify.annotations.NullMarked;
