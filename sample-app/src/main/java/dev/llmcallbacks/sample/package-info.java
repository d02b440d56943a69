/**
 * An application that uses the library: it runs two small programs at its start, and then
 * answers {@code GET /chat?prompt=…}, {@code /assistant?question=…} and
 * {@code /chain?topic=…} token by token.
 * <ul>
 * <li>{@link dev.llmcallbacks.sample.SampleApplication}: starts it.</li>
 * <li>{@link dev.llmcallbacks.sample.SampleProperties}: configures it.</li>
 * <li>{@link dev.llmcallbacks.sample.ChatClients}: the providers it can ask.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.sample;

import org.jspecify.annotations.NullMarked;
