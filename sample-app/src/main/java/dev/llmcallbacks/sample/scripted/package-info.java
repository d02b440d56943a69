/**
 * A provider that responds from a script, so that the application runs without a key and
 * without internet. The server is the library's
 * {@link dev.llmcallbacks.test.ScriptedProvider}.
 * <ul>
 * <li>{@link dev.llmcallbacks.sample.scripted.ScriptedModel}: responds.</li>
 * <li>{@link dev.llmcallbacks.sample.scripted.ScriptedProviderEnvironmentPostProcessor}:
 * starts the server when no real provider is configured.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.sample.scripted;

import org.jspecify.annotations.NullMarked;
