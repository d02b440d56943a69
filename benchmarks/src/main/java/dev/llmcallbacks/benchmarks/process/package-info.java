/**
 * Measures whole processes: a client in this JVM, and a provider in one of its own, over
 * HTTP on the loopback interface. What is compared takes turns, so that all of it meets
 * the same machine.
 * <ul>
 * <li>{@link dev.llmcallbacks.benchmarks.process.ClientThroughput}: tokens a second
 * through the client, with and without handlers.</li>
 * <li>{@link dev.llmcallbacks.benchmarks.process.SlowStreams}: many streams at once,
 * token by token.</li>
 * <li>{@link dev.llmcallbacks.benchmarks.process.BlockedHandler}: what a handler that
 * blocks does to others.</li>
 * <li>{@link dev.llmcallbacks.benchmarks.process.StartUp}: how long an application takes
 * to start.</li>
 * <li>{@link dev.llmcallbacks.benchmarks.process.Soak}: what many streams, of which some
 * are cancelled, leave behind.</li>
 * <li>{@link dev.llmcallbacks.benchmarks.process.MockProvider}: the provider.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.benchmarks.process;

import org.jspecify.annotations.NullMarked;
