package dev.llmcallbacks.provider;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * The part of a response before its body.
 *
 * @param status the HTTP status
 * @param contentType the content type as it was sent, or {@code null}
 * @param requestId the provider's id of the request, or {@code null}
 * @param retryAfter how long the provider advises to wait, a year at most, or
 * {@code null}
 * @param shouldRetry whether the provider advises to try again, or {@code null} if it
 * says nothing about it
 * @param location where a redirect leads, or {@code null}
 * @param rateLimits the headers that say what is left of the provider's limits, by name
 */
record ResponseHead(int status, @Nullable String contentType, @Nullable String requestId, @Nullable Duration retryAfter,
		@Nullable Boolean shouldRetry, @Nullable String location, Map<String, String> rateLimits) {

	private static final List<String> REQUEST_ID = List.of("x-request-id", "request-id", "apim-request-id",
			"x-ms-request-id", "x-amzn-requestid", "x-correlation-id", "cf-ray");

	private static final List<String> RATE_LIMITS = List.of("x-ratelimit-", "anthropic-ratelimit-", "ratelimit-");

	private static final int MOST_LIMITS = 32;

	private static final int LONGEST_LIMIT = 100;

	/** Longer than any wait, and short enough to be converted to nanoseconds. */
	private static final Duration LONGEST_WAIT = Duration.ofDays(365);

	static ResponseHead of(int status, HttpHeaders headers) {
		String requestId = REQUEST_ID.stream().map(headers::getFirst).filter(Objects::nonNull).findFirst().orElse(null);
		return new ResponseHead(status, headers.getFirst(HttpHeaders.CONTENT_TYPE), requestId,
				retryAfter(headers.getFirst("retry-after-ms"), headers.getFirst(HttpHeaders.RETRY_AFTER)),
				truth(headers.getFirst("x-should-retry")), headers.getFirst(HttpHeaders.LOCATION), rateLimits(headers));
	}

	private static Map<String, String> rateLimits(HttpHeaders headers) {
		Map<String, String> limits = new TreeMap<>();
		headers.forEach((name, values) -> {
			String lower = name.toLowerCase(Locale.ROOT);
			String value = values.isEmpty() ? null : values.get(0);
			if (RATE_LIMITS.stream().anyMatch(lower::startsWith) && value != null && value.length() <= LONGEST_LIMIT
					&& limits.size() < MOST_LIMITS) {
				limits.put(lower, value);
			}
		});
		return limits;
	}

	private static @Nullable Boolean truth(@Nullable String value) {
		if (value == null) {
			return null;
		}
		String word = value.strip();
		return "true".equalsIgnoreCase(word) ? Boolean.TRUE : "false".equalsIgnoreCase(word) ? Boolean.FALSE : null;
	}

	// Read the advised wait: milliseconds that OpenAI and Azure send, else seconds or a
	// date as HTTP has it.
	private static @Nullable Duration retryAfter(@Nullable String millis, @Nullable String secondsOrDate) {
		Duration precise = millis(millis, 1);
		if (precise != null && !precise.isZero()) {
			return precise;
		}
		Duration seconds = millis(secondsOrDate, 1000);
		return (seconds != null) ? seconds : untilDate(secondsOrDate);
	}

	private static @Nullable Duration millis(@Nullable String number, int factor) {
		try {
			double millis = (number != null) ? Double.parseDouble(number.strip()) * factor : -1;
			return (millis >= 0) ? Duration.ofMillis((long) Math.min(millis, LONGEST_WAIT.toMillis())) : null;
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

	private static @Nullable Duration untilDate(@Nullable String date) {
		if (date == null) {
			return null;
		}
		try {
			Instant then = DateTimeFormatter.RFC_1123_DATE_TIME.parse(date.strip(), Instant::from);
			Duration wait = Duration.between(Instant.now(), then);
			return wait.isNegative() ? Duration.ZERO : (wait.compareTo(LONGEST_WAIT) > 0) ? LONGEST_WAIT : wait;
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

	boolean isSuccess() {
		return this.status >= 200 && this.status < 300;
	}

	boolean isEventStream() {
		return this.contentType == null || this.contentType.startsWith("text/event-stream");
	}

	boolean isError() {
		return this.status >= 400;
	}

}
