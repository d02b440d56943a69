package dev.llmcallbacks.autoconfigure;

import java.time.Duration;
import java.util.stream.Stream;

import org.hamcrest.Matchers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.agent.AgentTimeoutException;
import dev.llmcallbacks.dispatch.ShutdownException;
import dev.llmcallbacks.model.AuthenticationException;
import dev.llmcallbacks.model.ChatTimeoutException;
import dev.llmcallbacks.model.ContentFilteredException;
import dev.llmcallbacks.model.InvalidRequestException;
import dev.llmcallbacks.model.OverloadedException;
import dev.llmcallbacks.model.ProviderError;
import dev.llmcallbacks.model.RateLimitedException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.asyncDispatch;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

/**
 * Tests for {@link LlmWebAutoConfiguration} and {@link ProblemDetailsAdvice}.
 */
@ExtendWith(OutputCaptureExtension.class)
class LlmWebAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LlmWebAutoConfiguration.class));

	static Stream<Arguments> failures() {
		return Stream.of(
				Arguments.of(new RateLimitedException("s3cret", error(Duration.ofMillis(1500)), null), 429, "2"),
				Arguments.of(new RateLimitedException("s3cret", error(null), null), 429, null),
				Arguments.of(new OverloadedException("s3cret", error(Duration.ofSeconds(9)), null), 503, "9"),
				Arguments.of(new ChatTimeoutException("s3cret", error(null), null), 504, null),
				Arguments.of(new AgentTimeoutException("s3cret", Duration.ofSeconds(1), "s3cret"), 504, null),
				Arguments.of(new ContentFilteredException("s3cret", error(null), null), 422, null),
				Arguments.of(new AuthenticationException("s3cret", error(Duration.ofSeconds(3)), null), 502, null),
				Arguments.of(new InvalidRequestException("s3cret", error(null), null), 502, null),
				Arguments.of(new ShutdownException("s3cret"), 503, null));
	}

	private static ProviderError error(@Nullable Duration retryAfter) {
		return new ProviderError("openai", null, null, null, "s3cret", null, retryAfter);
	}

	@ParameterizedTest
	@MethodSource("failures")
	@DisplayName("F26 exceptions of calls become problem details in Spring WebFlux, also for streams of events")
	void shouldRespondWithAProblemInWebFlux(RuntimeException failure, int status, @Nullable String retryAfter,
			CapturedOutput output) {
		WebTestClient client = WebTestClient.bindToController(new Answers(failure))
			.controllerAdvice(new ProblemDetailsAdvice())
			.build();
		for (String path : new String[] { "/blocking", "/mono", "/stream" }) {
			WebTestClient.ResponseSpec response = client.get()
				.uri(path)
				.accept(path.equals("/stream") ? MediaType.TEXT_EVENT_STREAM : MediaType.ALL)
				.exchange()
				.expectStatus()
				.isEqualTo(status)
				.expectHeader()
				.contentType(MediaType.APPLICATION_PROBLEM_JSON)
				.expectHeader()
				.value(HttpHeaders.RETRY_AFTER, Matchers.equalTo(retryAfter));
			response.expectBody()
				.jsonPath("$.status")
				.isEqualTo(status)
				.jsonPath("$.detail")
				.value(Matchers.not(Matchers.containsString("s3cret")))
				.jsonPath("$.instance")
				.isEqualTo(path);
		}
		assertThat(output).contains("WARN").contains("A call failed with " + status).doesNotContain("\tat ");
	}

	@ParameterizedTest
	@MethodSource("failures")
	@DisplayName("F26 exceptions of calls become problem details in Spring MVC, also for streams of events")
	void shouldRespondWithAProblemInMvc(RuntimeException failure, int status, @Nullable String retryAfter)
			throws Exception {
		MockMvc mvc = MockMvcBuilders.standaloneSetup(new Answers(failure))
			.setControllerAdvice(new ProblemDetailsAdvice())
			.build();
		mvc.perform(get("/blocking"))
			.andExpect(status().is(status))
			.andExpect(content().contentType(MediaType.APPLICATION_PROBLEM_JSON))
			.andExpect(header().string(HttpHeaders.RETRY_AFTER, Matchers.equalTo(retryAfter)))
			.andExpect(jsonPath("$.status").value(status))
			.andExpect(jsonPath("$.instance").value("/blocking"));
		for (String path : new String[] { "/mono", "/stream" }) {
			MediaType accept = path.equals("/stream") ? MediaType.TEXT_EVENT_STREAM : MediaType.ALL;
			mvc.perform(asyncDispatch(mvc.perform(get(path).accept(accept)).andReturn()))
				.andExpect(status().is(status))
				.andExpect(content().contentType(MediaType.APPLICATION_PROBLEM_JSON))
				.andExpect(jsonPath("$.detail").value(Matchers.not(Matchers.containsString("s3cret"))));
		}
	}

	@Test
	void shouldHaveAdviceWhenSwitchedOn() {
		this.runner.withPropertyValues("callbacks.web.problem-details=true")
			.run((context) -> assertThat(context).hasSingleBean(ProblemDetailsAdvice.class));
	}

	@Test
	void shouldLeaveErrorsToTheApplicationUnlessSwitchedOn() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(ProblemDetailsAdvice.class));
	}

	@RestController
	private static final class Answers {

		private final RuntimeException failure;

		Answers(RuntimeException failure) {
			this.failure = failure;
		}

		@GetMapping("/blocking")
		String blocking() {
			throw this.failure;
		}

		@GetMapping("/mono")
		Mono<String> mono() {
			return Mono.error(this.failure);
		}

		@GetMapping(path = "/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
		Flux<String> stream() {
			return Flux.error(this.failure);
		}

	}

}
