/**
 * Tests of the retriever, the chain and the agent.
 */
@NullMarked
package dev.llmcallbacks.sample.assistant;

import org.jspecify.annotations.NullMarked;
