/**
 * A provider that answers from a script, so that the application runs without a key and
 * without internet. Knows nothing of the library: it speaks OpenAI's and Anthropic's
 * protocols over HTTP as the real ones do.
 * <ul>
 * <li>{@link dev.llmcallbacks.sample.scripted.ScriptedProvider}: the server.</li>
 * <li>{@link dev.llmcallbacks.sample.scripted.ScriptedProviderEnvironmentPostProcessor}:
 * starts it when no real provider is configured.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.sample.scripted;

import org.jspecify.annotations.NullMarked;
