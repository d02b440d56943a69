package dev.llmcallbacks.springai;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.util.ClassUtils;
import org.springframework.web.client.RestClientResponseException;
import org.springframework.web.reactive.function.client.WebClientResponseException;

import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.provider.ForeignFailures;

/**
 * Failures of Spring AI's models as exceptions of the library.
 */
final class SpringAiFailures {

	static final boolean OPENAI = ClassUtils.isPresent("org.springframework.ai.openai.OpenAiChatOptions",
			SpringAiFailures.class.getClassLoader());

	static final boolean ANTHROPIC = ClassUtils.isPresent("org.springframework.ai.anthropic.AnthropicChatOptions",
			SpringAiFailures.class.getClassLoader());

	private static final int MAX_DEPTH = 32;

	private final ForeignFailures failures;

	/**
	 * Create a translator.
	 * @param provider the name of the provider
	 */
	SpringAiFailures(String provider) {
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
		List<Throwable> chain = new ArrayList<>();
		for (Throwable cause = failure; cause != null && chain.size() < MAX_DEPTH; cause = cause.getCause()) {
			chain.add(0, cause);
		}
		for (Throwable cause : chain) {
			Throwable translated = translate(cause, failure, begun);
			if (translated != null) {
				return translated;
			}
		}
		return failure;
	}

	/**
	 * Return the exception of a response without content.
	 * @return the exception
	 */
	ChatModelException noAnswer() {
		return this.failures.noAnswer();
	}

	private @Nullable Throwable translate(Throwable cause, Throwable failure, boolean begun) {
		ErrorResponse response = response(cause);
		if (response != null) {
			return this.failures.reported(response.status(), response.body(), response.headers(), failure);
		}
		if (cause instanceof HttpConnectTimeoutException) {
			return this.failures.unreachable(cause, failure);
		}
		if (cause instanceof TimeoutException || cause instanceof HttpTimeoutException
				|| cause instanceof InterruptedIOException) {
			return this.failures.timedOut(failure);
		}
		if (cause instanceof IOException || cause instanceof UnresolvedAddressException) {
			return begun ? this.failures.truncated(failure) : this.failures.unreachable(cause, failure);
		}
		return null;
	}

	private static @Nullable ErrorResponse response(Throwable cause) {
		if (cause instanceof RestClientResponseException rest) {
			HttpHeaders headers = rest.getResponseHeaders();
			return new ErrorResponse(rest.getStatusCode().value(), rest.getResponseBodyAsString(),
					(headers != null) ? headers : HttpHeaders.EMPTY);
		}
		if (cause instanceof WebClientResponseException reactive) {
			return new ErrorResponse(reactive.getStatusCode().value(), reactive.getResponseBodyAsString(),
					reactive.getHeaders());
		}
		ErrorResponse response = OPENAI ? OpenAiTypes.errorResponse(cause) : null;
		return (response == null && ANTHROPIC) ? AnthropicTypes.errorResponse(cause) : response;
	}

}
