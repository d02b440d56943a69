package dev.llmcallbacks.provider;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;

import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.model.RateLimitedException;
import dev.llmcallbacks.provider.SocketServer.Ending;
import dev.llmcallbacks.provider.SocketServer.Response;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ResponseHead}.
 */
class ResponseHeadTests {

	private static final Duration LONGEST = Duration.ofDays(365);

	static Stream<String> absurd() {
		return Stream.of("Fri, 31 Dec 9999 23:59:59 GMT", "Fri, 31 Dec 99999 23:59:59 GMT", "1e308", "1e999",
				"Infinity", "9".repeat(400), "9223372036854775807", "9223372036854775808", "31536001");
	}

	@ParameterizedTest
	@MethodSource("absurd")
	@DisplayName("S16 a wait that a server advises is a year at most, whether it is a number or a date")
	void shouldLimitAdvisedWait(String value) {
		assertThat(head("Retry-After", value).retryAfter()).isEqualTo(LONGEST);
		assertThat(head("Retry-After", value).retryAfter().toNanos()).isPositive();
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "-0", "Thu, 01 Jan 1970 00:00:00 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "1e-9" })
	@DisplayName("S16 a date in the past does not cause a wait")
	void shouldNotWaitUntilDateInThePast(String value) {
		assertThat(head("Retry-After", value).retryAfter()).isEqualTo(Duration.ZERO);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "-1", "NaN", "-Infinity", "soon", "Mon, 31 Feb 2027 00:00:00 GMT",
			"Fri, 31 Dec 9999 23:59:59 +9999", "9999-12-31T23:59:59Z" })
	@DisplayName("S16 a value that is neither a number nor a date is ignored")
	void shouldIgnoreWhatIsNotAWait(String value) {
		assertThat(head("Retry-After", value).retryAfter()).isNull();
		assertThat(head("retry-after-ms", value).retryAfter()).isNull();
	}

	@Test
	void shouldPreferMilliseconds() {
		HttpHeaders headers = new HttpHeaders();
		headers.set("Retry-After", "7");
		headers.set("retry-after-ms", "6500");
		assertThat(ResponseHead.of(429, headers).retryAfter()).isEqualTo(Duration.ofMillis(6500));
		headers.set("retry-after-ms", "1e300");
		assertThat(ResponseHead.of(429, headers).retryAfter()).isEqualTo(LONGEST);
	}

	@ParameterizedTest
	@MethodSource("absurd")
	@DisplayName("S16 G28 an absurd wait is a rate limit like any other")
	void shouldFailWithRateLimit(String value) {
		for (ProviderFixture provider : List.of(new OpenAiContractTests(), new ResponsesContractTests(),
				new AnthropicContractTests())) {
			Response response = new Response(429, Map.of("Retry-After", value), List.of(), Ending.CLEAN);
			try (SocketServer server = SocketServer.answering(response)) {
				ChatModelException failure = ProviderFixture.failure(provider.model(server.url(),
						ProviderFixture.withOneConnection(), 1024 * 1024, ChatOptions.builder().model("m").build()));
				assertThat(failure).isInstanceOf(RateLimitedException.class);
				assertThat(failure.getProviderError().retryAfter()).isEqualTo(LONGEST);
			}
		}
	}

	private static ResponseHead head(String name, String value) {
		HttpHeaders headers = new HttpHeaders();
		headers.set(name, value);
		return ResponseHead.of(429, headers);
	}

}
