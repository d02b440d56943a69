package dev.llmcallbacks.sample.chat;

import java.time.Duration;
import java.util.concurrent.CancellationException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

import dev.llmcallbacks.dispatch.ShutdownException;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.model.ChatTimeoutException;
import dev.llmcallbacks.model.ContentFilteredException;
import dev.llmcallbacks.model.OverloadedException;
import dev.llmcallbacks.model.RateLimitedException;

/**
 * Says in problem details (RFC 9457) what went wrong. How the application stands with its
 * provider is its own affair, so nothing of what the provider said goes out.
 */
final class ChatProblems {

	private static final Logger logger = LoggerFactory.getLogger(ChatProblems.class);

	private ChatProblems() {
	}

	/**
	 * Turn a failure into a problem.
	 * @param failure the failure
	 * @return the problem; what nobody expects is logged
	 */
	static Problem of(Throwable failure) {
		if (failure instanceof RateLimitedException limited) {
			Problem problem = problem(HttpStatus.TOO_MANY_REQUESTS, "The provider wants fewer requests.");
			Duration wait = limited.retryAfter();
			if (wait != null) {
				problem.getHeaders().set(HttpHeaders.RETRY_AFTER, String.valueOf(wait.plusMillis(999).toSeconds()));
			}
			return problem;
		}
		if (failure instanceof OverloadedException) {
			return problem(HttpStatus.SERVICE_UNAVAILABLE, "The provider has no capacity at the moment.");
		}
		if (failure instanceof ShutdownException) {
			return problem(HttpStatus.SERVICE_UNAVAILABLE, "The application is stopping.");
		}
		if (failure instanceof CancellationException) {
			return problem(HttpStatus.SERVICE_UNAVAILABLE, "The answer was broken off here.");
		}
		if (failure instanceof ChatTimeoutException) {
			return problem(HttpStatus.GATEWAY_TIMEOUT, "The provider did not answer in time.");
		}
		if (failure instanceof ContentFilteredException) {
			return problem(HttpStatus.UNPROCESSABLE_CONTENT, "The provider refused the prompt or its answer.");
		}
		if (failure instanceof ChatModelException) {
			return problem(HttpStatus.BAD_GATEWAY, "The provider could not be asked, or its answer was no good.");
		}
		logger.error("A prompt was not answered", failure);
		return problem(HttpStatus.INTERNAL_SERVER_ERROR, "Something went wrong here.");
	}

	/**
	 * Make a problem.
	 * @param status the status to answer with
	 * @param detail what is wrong, for the one who asked
	 * @return the problem
	 */
	static Problem problem(HttpStatus status, String detail) {
		return new Problem(status, detail);
	}

	/**
	 * Something went wrong that the client may be told of.
	 */
	static final class Problem extends ErrorResponseException {

		private Problem(HttpStatus status, String detail) {
			super(status, ProblemDetail.forStatusAndDetail(status, detail), null);
		}

	}

}
