/**
 * What Spring Boot Actuator shows of the library, and lets operators do with it.
 * <ul>
 * <li>{@link dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksEndpoint} and
 * {@link dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksEndpointWebExtension}: the
 * endpoint {@code llmcallbacks}.</li>
 * <li>{@link dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksDescriptor}: what it
 * answers.</li>
 * <li>{@link dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksInfoContributor}: what
 * the endpoint {@code info} says.</li>
 * <li>{@link dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksEndpointAutoConfiguration},
 * {@link dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksInfoAutoConfiguration}: their
 * auto-configurations.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.autoconfigure.actuate;

import org.jspecify.annotations.NullMarked;
