package dev.llmcallbacks.test;

import java.util.Arrays;

import reactor.core.Exceptions;

import dev.llmcallbacks.model.AuthenticationException;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.model.ChatTimeoutException;
import dev.llmcallbacks.model.ContentFilteredException;
import dev.llmcallbacks.model.InvalidRequestException;
import dev.llmcallbacks.model.ModelNotFoundException;
import dev.llmcallbacks.model.OverloadedException;
import dev.llmcallbacks.model.PermissionDeniedException;
import dev.llmcallbacks.model.ProviderError;
import dev.llmcallbacks.model.RateLimitedException;
import dev.llmcallbacks.model.ServerErrorException;

/**
 * Kind of failure that providers report. Each is scripted with the exception that a
 * client throws for it.
 */
enum ScriptFailure {

	AUTHENTICATION(AuthenticationException.class),

	PERMISSION(PermissionDeniedException.class),

	NOT_FOUND(ModelNotFoundException.class),

	RATE_LIMITED(RateLimitedException.class),

	OVERLOADED(OverloadedException.class),

	TIMED_OUT(ChatTimeoutException.class),

	FILTERED(ContentFilteredException.class),

	INVALID(InvalidRequestException.class),

	SERVER_ERROR(ServerErrorException.class);

	private final Class<? extends ChatModelException> exception;

	ScriptFailure(Class<? extends ChatModelException> exception) {
		this.exception = exception;
	}

	/**
	 * Return the error for what a model has failed with.
	 * @param failure the exception
	 * @param protocol the protocol
	 * @return the error
	 * @throws RuntimeException for an exception that no provider reports, so that the
	 * connection is closed
	 */
	static ScriptRefusal refusal(Throwable failure, ScriptProtocol protocol) {
		if (failure instanceof ScriptRefusal refusal) {
			return refusal;
		}
		if (failure instanceof AssertionError) {
			return protocol.refusal(SERVER_ERROR).with(failure.getMessage(), null);
		}
		return Arrays.stream(values()).filter((kind) -> kind.exception.isInstance(failure)).findFirst().map((kind) -> {
			ProviderError error = ((ChatModelException) failure).getProviderError();
			return protocol.refusal(kind).with(error.message(), error.retryAfter());
		}).orElseThrow(() -> Exceptions.propagate(failure));
	}

}
