package dev.llmcallbacks.provider;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

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
 * Kind of a provider's error: the one table that maps HTTP statuses and the codes and
 * types of providers to exceptions, wherever the error occurs. A status decides; only the
 * broad ones (400, 403, 5xx) are refined by the provider's code or type, which decide
 * alone where there is no status.
 */
enum ErrorKind {

	AUTHENTICATION(AuthenticationException::new, "did not accept the API key", "check the API key and the base URL",
			List.of(401), "authentication_error", "invalid_api_key", "api_key_invalid", "unauthenticated",
			"unauthorized", "incorrect_api_key", "authenticationerror"),

	PERMISSION(PermissionDeniedException::new, "does not permit this", "check what the API key and the account may do",
			List.of(402, 403), "permission_error", "permission_denied", "forbidden", "insufficient_permissions",
			"billing_error", "insufficient_balance", "access_denied", "unsupported_country_region_territory"),

	NOT_FOUND(ModelNotFoundException::new, "knows no such model or URL", "check the model's name and the base URL",
			List.of(404), "not_found_error", "model_not_found", "not_found", "deployment_not_found", "unknown_model",
			"resource_not_found", "model_not_exist"),

	RATE_LIMIT(RateLimitedException::new, "refused the call because of a rate limit or quota",
			"wait, or raise the limit", List.of(429), "rate_limit_error", "rate_limit_exceeded", "rate_limit_reached",
			"rate_limited", "too_many_requests", "insufficient_quota", "resource_exhausted", "requests", "tokens"),

	OVERLOADED(OverloadedException::new, "is overloaded", "try again later", List.of(503, 529), "overloaded_error",
			"overloaded", "engine_overloaded", "model_overloaded", "service_unavailable", "unavailable", "no_capacity",
			"insufficient_system_resource"),

	TIMEOUT(ChatTimeoutException::new, "did not answer in time", "try again", List.of(408), "timeout_error", "timeout",
			"request_timeout", "deadline_exceeded", "timed_out"),

	FILTERED(ContentFilteredException::new, "refused the content", "change the prompt", List.of(451), "content_filter",
			"content_filtered", "content_policy_violation", "content_filter_error", "responsible_ai_policy_violation",
			"moderation", "data_inspection_failed"),

	INVALID(InvalidRequestException::new, "refused the request as it is", "change the request",
			List.of(400, 405, 409, 413, 415, 422), "invalid_request_error", "invalid_argument", "bad_request",
			"request_too_large", "validation_error", "context_length_exceeded", "failed_precondition", "conflict_error",
			"unsupported_parameter", "unsupported_value", "invalid_value", "invalid_prompt", "string_above_max_length"),

	SERVER(ServerErrorException::new, "failed", "try again later", List.of(500, 502, 504), "api_error", "server_error",
			"internal_error", "internal_server_error", "internal", "bad_gateway");

	private static final Map<String, ErrorKind> BY_WORD = new HashMap<>();

	private static final Map<Integer, ErrorKind> BY_STATUS = new HashMap<>();

	static {
		for (ErrorKind kind : values()) {
			kind.words.forEach((word) -> BY_WORD.put(normalize(word), kind));
			kind.statuses.forEach((status) -> BY_STATUS.put(status, kind));
		}
	}

	private final Factory factory;

	private final String happening;

	private final String advice;

	private final List<Integer> statuses;

	private final List<String> words;

	ErrorKind(Factory factory, String happening, String advice, List<Integer> statuses, String... words) {
		this.factory = factory;
		this.happening = happening;
		this.advice = advice;
		this.statuses = statuses;
		this.words = List.of(words);
	}

	/**
	 * Look an error up.
	 * @param status the HTTP status, or what stands for it in the body, or {@code null}
	 * @param code the provider's code, or {@code null}
	 * @param type the provider's type, or {@code null}
	 * @return the kind; {@link #SERVER} if nothing is known
	 */
	static ErrorKind of(@Nullable Integer status, @Nullable String code, @Nullable String type) {
		ErrorKind kind = find(status, code, type);
		return (kind != null) ? kind : SERVER;
	}

	/**
	 * Look an error up.
	 * @param status the HTTP status, or what stands for it in the body, or {@code null}
	 * @param code the provider's code, or {@code null}
	 * @param type the provider's type, or {@code null}
	 * @return the kind; {@code null} if nothing is known
	 */
	static @Nullable ErrorKind find(@Nullable Integer status, @Nullable String code, @Nullable String type) {
		ErrorKind word = byWord(code);
		word = (word != null) ? word : byWord(type);
		ErrorKind byStatus = (status != null) ? byStatus(status) : null;
		return (byStatus == null || (word != null && word.refines(byStatus))) ? word : byStatus;
	}

	private static @Nullable ErrorKind byWord(@Nullable String word) {
		return (word != null) ? BY_WORD.get(normalize(word)) : null;
	}

	private static ErrorKind byStatus(int status) {
		ErrorKind fallback = (status < 500) ? INVALID : SERVER;
		return BY_STATUS.getOrDefault(status, fallback);
	}

	private static String normalize(String word) {
		return word.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
	}

	private boolean refines(ErrorKind broad) {
		return switch (broad) {
			case INVALID -> this == AUTHENTICATION || this == PERMISSION || this == NOT_FOUND || this == FILTERED
					|| this == RATE_LIMIT;
			case PERMISSION -> this == FILTERED || this == AUTHENTICATION;
			case SERVER -> this == OVERLOADED || this == TIMEOUT || this == RATE_LIMIT;
			default -> false;
		};
	}

	String happening() {
		return this.happening;
	}

	String advice() {
		return this.advice;
	}

	ChatModelException create(String message, ProviderError error) {
		return create(message, error, null);
	}

	ChatModelException create(String message, ProviderError error, @Nullable Throwable cause) {
		return this.factory.create(message, error, cause);
	}

	/**
	 * Makes an exception.
	 */
	@FunctionalInterface
	interface Factory {

		ChatModelException create(String message, ProviderError error, @Nullable Throwable cause);

	}

}
