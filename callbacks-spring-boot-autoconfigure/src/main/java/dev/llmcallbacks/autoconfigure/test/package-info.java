/**
 * What a Spring Boot test of an application needs to do without a provider. Nothing here
 * takes effect by being on the class path.
 * <ul>
 * <li>{@link dev.llmcallbacks.autoconfigure.test.AutoConfigureScriptedChatModel}: the
 * annotation for test classes.</li>
 * <li>{@link dev.llmcallbacks.autoconfigure.test.ScriptedChatModelAutoConfiguration}:
 * what it brings in.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.autoconfigure.test;

import org.jspecify.annotations.NullMarked;
