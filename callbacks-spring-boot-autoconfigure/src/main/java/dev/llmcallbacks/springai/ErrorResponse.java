package dev.llmcallbacks.springai;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import tools.jackson.databind.json.JsonMapper;

/**
 * Error response of a provider as its client has kept it in an exception.
 *
 * @param status the HTTP status, or {@code null} if the error came inside a stream
 * @param body the body, JSON or not, or {@code null}
 * @param headers the headers
 */
record ErrorResponse(@Nullable Integer status, @Nullable String body, HttpHeaders headers) {

	private static final String ERROR = "error";

	/**
	 * Create a response of which the body has been read as JSON.
	 * @param status the HTTP status, or {@code null}
	 * @param body the body, or the object {@code error} inside it; {@code null} if it was
	 * not JSON
	 * @param message the message of the exception, which stands in for the body
	 * @param headers the headers
	 * @return the response
	 */
	static ErrorResponse of(@Nullable Integer status, @Nullable Object body, @Nullable String message,
			HttpHeaders headers) {
		if (!(body instanceof Map<?, ?> error)) {
			return new ErrorResponse(status, message, headers);
		}
		Object whole = error.containsKey(ERROR) ? error : Map.of(ERROR, error);
		return new ErrorResponse(status, JsonMapper.shared().writeValueAsString(whole), headers);
	}

}
