/**
 * Test support: a chat model that responds what a test defines, a server of a provider
 * that does the same over HTTP, and a handler that records events. Needs AssertJ; works
 * without Spring's own test support.
 * <ul>
 * <li>{@link dev.llmcallbacks.test.ScriptedChatModel},
 * {@link dev.llmcallbacks.test.ScriptedAnswer}: the model, and what it answers.</li>
 * <li>{@link dev.llmcallbacks.test.ScriptedProvider}: the server.</li>
 * <li>{@link dev.llmcallbacks.test.ModelCall}: a call that the model has received.</li>
 * <li>{@link dev.llmcallbacks.test.EventRecorder}: the handler.</li>
 * <li>{@link dev.llmcallbacks.test.RecordedRun},
 * {@link dev.llmcallbacks.test.RecordedEvent}: what it remembers.</li>
 * <li>{@link dev.llmcallbacks.test.EventRecorderAssert},
 * {@link dev.llmcallbacks.test.RecordedRunAssert}: what {@code assertThat(recorder)}
 * offers.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.test;

import org.jspecify.annotations.NullMarked;
