/**
 * Contract of chat models, and the exceptions with which their calls fail.
 * <ul>
 * <li>{@link dev.llmcallbacks.model.ChatModel}: one service's chat models.</li>
 * <li>{@link dev.llmcallbacks.model.ModelProvider}: the service's name and address.</li>
 * <li>{@link dev.llmcallbacks.model.ChatModelException}: base class of its failures; the
 * type of each says which kind it is.</li>
 * <li>{@link dev.llmcallbacks.model.ProviderError}: the facts of a failure as the service
 * reported them.</li>
 * <li>{@link dev.llmcallbacks.model.AuthenticationException},
 * {@link dev.llmcallbacks.model.PermissionDeniedException},
 * {@link dev.llmcallbacks.model.InvalidRequestException},
 * {@link dev.llmcallbacks.model.UnsupportedMediaException},
 * {@link dev.llmcallbacks.model.UnsupportedOptionException},
 * {@link dev.llmcallbacks.model.UnsupportedSchemaException},
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
 * <li>{@link dev.llmcallbacks.model.AnswerException}: the model answered, but not with a
 * value of the requested type: {@link dev.llmcallbacks.model.RefusedAnswerException},
 * {@link dev.llmcallbacks.model.CutOffAnswerException},
 * {@link dev.llmcallbacks.model.MismatchedAnswerException}.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.model;

import org.jspecify.annotations.NullMarked;
