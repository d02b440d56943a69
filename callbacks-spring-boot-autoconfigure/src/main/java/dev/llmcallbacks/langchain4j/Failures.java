package dev.llmcallbacks.langchain4j;

import java.io.IOException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayList;
import java.util.List;

import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.ContentFilteredException;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.exception.UnresolvedModelServerException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

import dev.llmcallbacks.provider.ForeignFailures;

/**
 * Failures of LangChain4j as exceptions of the library.
 */
final class Failures {

	private static final boolean ANTHROPIC = ClassUtils.isPresent(
			"dev.langchain4j.model.anthropic.internal.api.AnthropicStreamingException",
			Failures.class.getClassLoader());

	private static final boolean OPEN_AI = ClassUtils.isPresent("dev.langchain4j.model.openai.OpenAiTokenUsage",
			Failures.class.getClassLoader());

	private static final String ERROR = "\"error\"";

	private static final int MAX_DEPTH = 32;

	/** What the exceptions of providers without an HTTP status amount to. */
	private static final int BAD_REQUEST = 400;

	private static final int UNAUTHORIZED = 401;

	private static final int NOT_FOUND = 404;

	private static final int REFUSED = 451;

	private static final int TOO_MANY_REQUESTS = 429;

	private static final int SERVER_ERROR = 500;

	private final ForeignFailures failures;

	/**
	 * Create a translator.
	 * @param provider the name of the provider
	 */
	Failures(String provider) {
		this.failures = new ForeignFailures(provider);
	}

	/**
	 * Translate a failure.
	 * @param failure the failure
	 * @param begun whether a part of the response has arrived
	 * @return the exception, with the failure as its cause; the failure itself if it is
	 * not one of the provider or of the network
	 */
	Throwable translate(Throwable failure, boolean begun) {
		List<Throwable> chain = causes(failure);
		for (Throwable cause : chain) {
			Throwable translated = translate(cause, failure, begun);
			if (translated != null) {
				return translated;
			}
		}
		return failure;
	}

	/**
	 * Return the error that an event of a stream reports, which LangChain4j makes nothing
	 * of.
	 * @param event the event
	 * @return the error, or {@code null} if there is none
	 */
	@Nullable Throwable reported(Object event) {
		String data = OPEN_AI ? OpenAiTypes.data(event) : null;
		if (data == null || !data.contains(ERROR)) {
			return null;
		}
		return this.failures.reportedIn(data);
	}

	/**
	 * Return the exception of a response without content.
	 * @return the exception
	 */
	Throwable noAnswer() {
		return this.failures.noAnswer();
	}

	private static List<Throwable> causes(Throwable failure) {
		List<Throwable> chain = new ArrayList<>();
		for (Throwable cause = failure; cause != null && chain.size() < MAX_DEPTH; cause = cause.getCause()) {
			chain.add(0, cause);
		}
		return chain;
	}

	private @Nullable Throwable translate(Throwable cause, Throwable failure, boolean begun) {
		String errorType = ANTHROPIC ? AnthropicTypes.errorType(cause) : null;
		if (errorType != null) {
			return this.failures.reported(errorType, cause.getMessage(), failure);
		}
		if (cause instanceof HttpException http) {
			return this.failures.reported(http.statusCode(), http.getMessage(), failure);
		}
		if (cause instanceof TimeoutException || cause instanceof java.util.concurrent.TimeoutException
				|| (cause instanceof java.net.http.HttpTimeoutException
						&& !(cause instanceof HttpConnectTimeoutException))) {
			return this.failures.timedOut(failure);
		}
		if (cause instanceof UnresolvedModelServerException || cause instanceof UnresolvedAddressException
				|| cause instanceof IOException) {
			return begun ? this.failures.truncated(failure) : this.failures.unreachable(cause, failure);
		}
		Integer status = status(cause);
		if (status != null) {
			return this.failures.reported(status, cause.getMessage(), failure);
		}
		String message = cause.getMessage();
		// what OpenAI's client makes of an error inside a stream
		return (cause.getClass() == RuntimeException.class && message != null && message.startsWith("{"))
				? this.failures.reported((Integer) null, message, failure) : null;
	}

	private static @Nullable Integer status(Throwable cause) {
		if (cause instanceof ContentFilteredException) {
			return REFUSED;
		}
		if (cause instanceof InvalidRequestException || cause instanceof UnsupportedFeatureException) {
			return BAD_REQUEST;
		}
		if (cause instanceof AuthenticationException) {
			return UNAUTHORIZED;
		}
		if (cause instanceof ModelNotFoundException) {
			return NOT_FOUND;
		}
		if (cause instanceof RateLimitException) {
			return TOO_MANY_REQUESTS;
		}
		return (cause instanceof InternalServerException) ? SERVER_ERROR : null;
	}

}
