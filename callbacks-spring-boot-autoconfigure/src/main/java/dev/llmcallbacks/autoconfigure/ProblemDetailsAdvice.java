package dev.llmcallbacks.autoconfigure;

import java.time.Duration;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

import dev.llmcallbacks.agent.AgentTimeoutException;
import dev.llmcallbacks.dispatch.ShutdownException;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.model.ChatTimeoutException;
import dev.llmcallbacks.model.ContentFilteredException;
import dev.llmcallbacks.model.OverloadedException;
import dev.llmcallbacks.model.RateLimitedException;

/**
 * Maps exceptions of calls that controllers throw or emit before the response has begun
 * to problem details (RFC 9457), in Spring WebFlux and Spring MVC. The client learns
 * nothing of the provider, its account or its texts; the log has the exception's message.
 * Advice of the application for the same exceptions takes precedence.
 */
@RestControllerAdvice
class ProblemDetailsAdvice {

	private static final Log logger = LogFactory.getLog(ProblemDetailsAdvice.class);

	@ExceptionHandler({ ChatModelException.class, AgentTimeoutException.class, ShutdownException.class })
	ResponseEntity<ProblemDetail> handle(Exception exception) {
		Problem problem = Problem.of(exception);
		logger.warn("A call failed with " + problem.status + ": " + exception.getMessage());
		HttpHeaders headers = new HttpHeaders();
		// browsers that expect events accept nothing else, but understand the status
		headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
		Duration wait = retryAfter(exception);
		if (wait != null) {
			headers.set(HttpHeaders.RETRY_AFTER, String.valueOf(wait.plusMillis(999).toSeconds()));
		}
		return ResponseEntity.status(problem.status)
			.headers(headers)
			.body(ProblemDetail.forStatusAndDetail(problem.status, problem.detail));
	}

	private static @Nullable Duration retryAfter(Exception exception) {
		return (exception instanceof RateLimitedException || exception instanceof OverloadedException)
				? ((ChatModelException) exception).getProviderError().retryAfter() : null;
	}

	/**
	 * Problem that a client may learn of.
	 */
	private enum Problem {

		RATE_LIMITED(HttpStatus.TOO_MANY_REQUESTS, "The model provider accepts no more requests at the moment."),

		OVERLOADED(HttpStatus.SERVICE_UNAVAILABLE, "The model provider is overloaded."),

		TIMED_OUT(HttpStatus.GATEWAY_TIMEOUT, "The response took too long."),

		FILTERED(HttpStatus.UNPROCESSABLE_CONTENT, "The model provider refused the prompt or its response."),

		FAILED(HttpStatus.BAD_GATEWAY, "The call of the model provider failed."),

		STOPPING(HttpStatus.SERVICE_UNAVAILABLE, "The application is stopping.");

		private final HttpStatus status;

		private final String detail;

		Problem(HttpStatus status, String detail) {
			this.status = status;
			this.detail = detail;
		}

		static Problem of(Exception exception) {
			if (exception instanceof RateLimitedException) {
				return RATE_LIMITED;
			}
			if (exception instanceof OverloadedException) {
				return OVERLOADED;
			}
			if (exception instanceof ChatTimeoutException || exception instanceof AgentTimeoutException) {
				return TIMED_OUT;
			}
			if (exception instanceof ContentFilteredException) {
				return FILTERED;
			}
			return (exception instanceof ShutdownException) ? STOPPING : FAILED;
		}

	}

}
