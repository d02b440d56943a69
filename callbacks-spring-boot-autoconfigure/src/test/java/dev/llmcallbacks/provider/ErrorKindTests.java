package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpHeaders;

import dev.llmcallbacks.model.ChatModelException;

import static org.assertj.core.api.Assertions.assertThat;

class ErrorKindTests {

	private static final Origin ORIGIN = new Origin("https", "host.test", 443);

	private final ExceptionTranslator failures = new ExceptionTranslator("openai", ORIGIN, "/v1/chat/completions",
			new SecretMasker(List.of()));

	@ParameterizedTest
	@CsvSource(nullValues = "-", textBlock = """
			400, -,                             InvalidRequestException,    false
			400, invalid_request_error,         InvalidRequestException,    false
			400, server_error,                  InvalidRequestException,    false
			400, content_filter,                ContentFilteredException,   false
			400, API_KEY_INVALID,               AuthenticationException,    false
			401, invalid_request_error,         AuthenticationException,    false
			402, -,                             PermissionDeniedException,  false
			403, -,                             PermissionDeniedException,  false
			403, content_policy_violation,      ContentFilteredException,   false
			404, invalid_request_error,         ModelNotFoundException,     false
			408, -,                             ChatTimeoutException,       true
			409, -,                             InvalidRequestException,    true
			413, -,                             InvalidRequestException,    false
			418, -,                             InvalidRequestException,    false
			422, -,                             InvalidRequestException,    false
			429, -,                             RateLimitedException,       true
			429, rate_limit_exceeded,           RateLimitedException,       true
			429, insufficient_quota,            RateLimitedException,       false
			500, -,                             ServerErrorException,       true
			500, invalid_request_error,         ServerErrorException,       true
			500, overloaded_error,              OverloadedException,        true
			502, -,                             ServerErrorException,       true
			503, -,                             OverloadedException,        true
			504, -,                             ServerErrorException,       true
			504, timeout_error,                 ChatTimeoutException,       true
			529, -,                             OverloadedException,        true
			599, -,                             ServerErrorException,       true
			-,   invalid_api_key,               AuthenticationException,    false
			-,   authentication_error,          AuthenticationException,    false
			-,   permission_error,              PermissionDeniedException,  false
			-,   model_not_found,               ModelNotFoundException,     false
			-,   not_found_error,               ModelNotFoundException,     false
			-,   RateLimitReached,              RateLimitedException,       true
			-,   RESOURCE_EXHAUSTED,            RateLimitedException,       true
			-,   overloaded_error,              OverloadedException,        true
			-,   UNAVAILABLE,                   OverloadedException,        true
			-,   timeout_error,                 ChatTimeoutException,       true
			-,   content_filter,                ContentFilteredException,   false
			-,   request_too_large,             InvalidRequestException,    false
			-,   context_length_exceeded,       InvalidRequestException,    false
			-,   api_error,                     ServerErrorException,       true
			-,   never_heard_of,                ServerErrorException,       true
			-,   -,                             ServerErrorException,       true
			""")
	@DisplayName("G28 status and words become a type, with or without HTTP")
	void shouldMapStatusAndWords(@Nullable Integer status, @Nullable String word, String type, boolean retryable) {
		String body = (word != null) ? "{\"error\":{\"code\":\"" + word + "\",\"message\":\"m\"}}"
				: "{\"error\":\"m\"}";
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		ResponseHead head = ResponseHead.of((status != null) ? status : 200, new HttpHeaders());
		ChatModelException failure = (status != null) ? this.failures.status(head, bytes)
				: this.failures.reported(head, bytes, 0, bytes.length);
		assertThat(failure.getClass().getSimpleName()).isEqualTo(type);
		assertThat(failure.isRetryable()).isEqualTo(retryable);
		assertThat(failure.getMessage()).contains("openai (host.test)");
		assertThat(failure.getProviderError().status()).isEqualTo(status);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
			{"error":{"message":"m","type":"t","code":"c"}}                           | t | c   | m   | -
			{"error":{"message":"m","code":502}}                                      | - | 502 | m   | 502
			{"error":{"code":503,"message":"m","status":"UNAVAILABLE"}}               | UNAVAILABLE | 503 | m | 503
			[{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT"}}]        | INVALID_ARGUMENT | 400 | m | 400
			{"error":"m"}                                                             | - | -   | m   | -
			{"error":"m","error_type":"overloaded"}                                   | overloaded | - | m | -
			{"detail":"m"}                                                            | - | -   | m   | -
			{"detail":[{"loc":["body"],"msg":"m","type":"missing"}]}                  | - | -   | m   | -
			{"object":"error","message":"m","type":"BadRequestError","code":400}      | BadRequestError | 400 | m | 400
			{"object":"error","message":{"detail":[{"msg":"m"}]},"type":"t"}          | t | -   | m   | -
			{"message":"m"}                                                           | - | -   | m   | -
			{"errors":[{"message":"m","code":10000}]}                                 | - | 10000 | m | -
			{"timestamp":"x","status":404,"error":"m","path":"/v1"}                   | - | -   | m   | 404
			{"choices":[{"error":{"code":500,"message":"m"}}]}                        | - | 500 | m   | 500
			"m"                                                                       | - | -   | m   | -
			{"error":{"message":"m","status_code":429,"type":"t"}}                    | t | -   | m   | 429
			{"error":null}                                                            | - | -   | -   | -
			17                                                                        | - | -   | -   | -
			{"error":                                                                 | - | -   | -   | -
			""")
	@DisplayName("G28 an error is found wherever providers put it")
	void shouldFindErrorInBody(String body, @Nullable String type, @Nullable String code, @Nullable String message,
			@Nullable Integer status) {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		ErrorBody error = ErrorBody.parse(bytes, 0, bytes.length);
		assertThat(error).isEqualTo(new ErrorBody(type, code, message, status, null, error.param()));
	}

	@ParameterizedTest
	@CsvSource(nullValues = "-", textBlock = """
			-,    -,    -
			2,    -,    2000
			1.5,  -,    1500
			1,    0,    1000
			1,    20,   20
			-,    750,  750
			soon, -,    -
			-1,   -,    -
			NaN,  x,    -
			""")
	@DisplayName("G28 the advised wait is read in seconds and milliseconds")
	void shouldReadRetryAfter(@Nullable String seconds, @Nullable String millis, @Nullable Long expected) {
		HttpHeaders headers = new HttpHeaders();
		headers.set("Retry-After", seconds);
		headers.set("retry-after-ms", millis);
		assertThat(ResponseHead.of(429, headers).retryAfter())
			.isEqualTo((expected != null) ? Duration.ofMillis(expected) : null);
	}

	@Test
	@DisplayName("G28 the advised wait is read as a date")
	void shouldReadRetryAfterDate() {
		HttpHeaders headers = new HttpHeaders();
		ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
		headers.set("Retry-After", DateTimeFormatter.RFC_1123_DATE_TIME.format(now.plusSeconds(100)));
		assertThat(ResponseHead.of(429, headers).retryAfter()).isBetween(Duration.ofSeconds(90),
				Duration.ofSeconds(100));
		headers.set("Retry-After", DateTimeFormatter.RFC_1123_DATE_TIME.format(now.minusSeconds(100)));
		assertThat(ResponseHead.of(429, headers).retryAfter()).isZero();
	}

	@Test
	void shouldSayWhatWhereAndWhatToDo() {
		HttpHeaders headers = new HttpHeaders();
		headers.set("x-request-id", "req_1");
		byte[] body = "{\"error\":{\"message\":\"Incorrect API key\\n provided\",\"code\":\"invalid_api_key\"}}"
			.getBytes(StandardCharsets.UTF_8);
		assertThat(this.failures.status(ResponseHead.of(401, headers), body)).hasMessage(
				"openai (host.test) did not accept the API key (HTTP 401, invalid_api_key: Incorrect API key provided,"
						+ " request req_1); check the API key and the base URL");
	}

	@Test
	@DisplayName("G31 a cause that tells a secret is not chained")
	void shouldNotChainCauseWhenItTellsSecret() {
		ExceptionTranslator failures = new ExceptionTranslator("openai", ORIGIN, "/v1/chat/completions",
				new SecretMasker(List.of("top-secret-key")));
		Throwable cause = new IllegalStateException("outer",
				new IllegalArgumentException("invalid header value: \"Bearer top-secret-key\""));
		ChatModelException failure = failures.beforeResponse(cause);
		assertThat(failure).hasNoCause().hasMessageContaining("***");
		assertThat(failure.getMessage()).doesNotContain("top-secret-key");
		assertThat(failures.beforeResponse(new IllegalStateException("harmless")))
			.hasCauseInstanceOf(IllegalStateException.class);
	}

	@Test
	@DisplayName("G31 what looks like a key is masked though it is not the configured one")
	void shouldMaskWhatLooksLikeKey() {
		SecretMasker secrets = new SecretMasker(List.of());
		assertThat(secrets.mask("key sk-abcdefghijklmnop1234 is wrong")).isEqualTo("key *** is wrong");
		assertThat(secrets.mask("Authorization: Bearer abcdefghijklmnop.1234")).isEqualTo("Authorization: ***");
		assertThat(secrets.mask("key sk-ab***************cd is wrong"))
			.isEqualTo("key sk-ab***************cd is wrong");
	}

}
