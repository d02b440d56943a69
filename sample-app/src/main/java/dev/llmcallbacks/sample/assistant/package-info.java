/**
 * Helps visitors of a small island: a retriever over a guide of a few pages, a chain that
 * writes a note about a topic, and an agent that calls tools. Shown at the application's
 * start with the tree of their runs.
 * <ul>
 * <li>{@link dev.llmcallbacks.sample.assistant.AssistantConfiguration}: how they are put
 * together.</li>
 * <li>{@link dev.llmcallbacks.sample.assistant.IslandTools}: the agent's tools.</li>
 * <li>{@link dev.llmcallbacks.sample.assistant.AssistantProgram}: runs them once.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.sample.assistant;

import org.jspecify.annotations.NullMarked;
