/**
 * Wires the library into a Spring Boot application: properties, beans, the discovery of
 * handlers, and what is said when something is wrong at start-up.
 * <ul>
 * <li>{@link dev.llmcallbacks.autoconfigure.LlmCallbacksAutoConfiguration}: the
 * {@code CallbackManager} with the application's handlers, and its executor.</li>
 * <li>{@link dev.llmcallbacks.autoconfigure.LlmChatModelAutoConfiguration}: the
 * {@code ChatModel} of each configured provider.</li>
 * <li>{@link dev.llmcallbacks.autoconfigure.OpenAiConnectionDetails},
 * {@link dev.llmcallbacks.autoconfigure.AnthropicConnectionDetails}: where a provider is
 * reached, for beans that know it better than the properties.</li>
 * <li>{@link dev.llmcallbacks.autoconfigure.LlmChatClientAutoConfiguration}: the
 * {@code ChatClient} and its builder, and the clients with names.</li>
 * <li>{@link dev.llmcallbacks.autoconfigure.LlmToolsAutoConfiguration}: the {@code Tools}
 * made of the application's {@code @LlmTool} methods.</li>
 * <li>{@link dev.llmcallbacks.autoconfigure.LlmCallbacksProperties},
 * {@link dev.llmcallbacks.autoconfigure.HandlerProperties},
 * {@link dev.llmcallbacks.autoconfigure.LlmExecutorProperties},
 * {@link dev.llmcallbacks.autoconfigure.LlmChatProperties},
 * {@link dev.llmcallbacks.autoconfigure.LlmClientProperties},
 * {@link dev.llmcallbacks.autoconfigure.OpenAiProperties},
 * {@link dev.llmcallbacks.autoconfigure.AnthropicProperties}: the {@code callbacks.*}
 * properties.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.autoconfigure;

import org.jspecify.annotations.NullMarked;
