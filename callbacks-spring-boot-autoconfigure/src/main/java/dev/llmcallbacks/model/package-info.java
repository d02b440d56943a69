/**
 * What a provider of chat models implements, and how its calls fail.
 * <ul>
 * <li>{@link dev.llmcallbacks.model.ChatModel}: one service's chat models.</li>
 * <li>{@link dev.llmcallbacks.model.ModelProvider}: the service's name and address.</li>
 * <li>{@link dev.llmcallbacks.model.ChatModelException}: the family of its failures; each
 * says in its own type what kind it is.</li>
 * <li>{@link dev.llmcallbacks.model.ProviderError}: what the service said of a
 * failure.</li>
 * <li>{@link dev.llmcallbacks.model.AuthenticationException},
 * {@link dev.llmcallbacks.model.PermissionDeniedException},
 * {@link dev.llmcallbacks.model.InvalidRequestException},
 * {@link dev.llmcallbacks.model.ModelNotFoundException},
 * {@link dev.llmcallbacks.model.ContentFilteredException}: the same call will fail
 * again.</li>
 * <li>{@link dev.llmcallbacks.model.RateLimitedException},
 * {@link dev.llmcallbacks.model.OverloadedException},
 * {@link dev.llmcallbacks.model.ServerErrorException},
 * {@link dev.llmcallbacks.model.ChatTimeoutException}: the same call may succeed
 * later.</li>
 * <li>{@link dev.llmcallbacks.model.ConnectionFailedException},
 * {@link dev.llmcallbacks.model.StreamTruncatedException},
 * {@link dev.llmcallbacks.model.UnreadableResponseException}: nothing, too little, or
 * nothing sensible was received.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.model;

import org.jspecify.annotations.NullMarked;
