package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.web.reactive.function.client.WebClient;
import tools.jackson.databind.JsonNode;

import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.model.ProviderError;
import dev.llmcallbacks.provider.SocketServer.Response;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Plays error bodies of all known forms, as the body of an HTTP error and within a
 * stream.
 */
class TranscriptErrorTests {

	static List<Transcript> errors() {
		return Transcript.errors();
	}

	static List<Transcript> twins() {
		return errors().stream().filter((error) -> error.expected().has("inStream")).toList();
	}

	@ParameterizedTest
	@MethodSource("errors")
	@DisplayName("G28 every error body becomes a typed exception with the provider's words")
	void shouldFailWithProvidersErrorWhenStatusIsAnError(Transcript transcript) {
		JsonNode expected = transcript.expected();
		ChatModelException failure = failure(transcript, transcript.response(List.of(transcript.body())));
		ProviderError error = failure.getProviderError();
		assertThat(error.status()).isEqualTo((transcript.status() >= 400) ? transcript.status() : null);
		checkWords(expected, error);
		checkKind(expected, failure);
		assertThat(error.retryAfter()).isEqualTo(retryAfter(expected));
		if (expected.has("exception")) {
			assertThat(error.requestId()).isEqualTo(text(expected, "requestId"));
		}
	}

	@ParameterizedTest
	@MethodSource("twins")
	@DisplayName("G28 an error within a stream is the same exception as the HTTP error")
	void shouldFailWithSameErrorWhenItIsSentWithinStream(Transcript transcript) {
		String beginning = (transcript.protocol() == Protocol.ANTHROPIC) ? """
				event: message_start
				data: {"type":"message_start","message":{"id":"m","model":"m","content":[]}}

				""" : """
				data: {"choices":[{"index":0,"delta":{"content":"So far"},"finish_reason":null}]}

				""";
		for (String before : List.of("", beginning)) {
			String stream = before + new String(transcript.body(), StandardCharsets.UTF_8).lines()
				.map((line) -> "data: " + line)
				.collect(Collectors.joining("\n", "event: error\n", "\n\n"));
			ChatModelException failure = failure(transcript, Response.stream(stream.getBytes(StandardCharsets.UTF_8)));
			assertThat(failure.getProviderError().status()).isNull();
			checkWords(transcript.expected(), failure.getProviderError());
			checkKind(transcript.expected().path("inStream"), failure);
		}
	}

	private static ChatModelException failure(Transcript transcript, Response response) {
		try (SocketServer server = SocketServer.answering(response)) {
			AtomicReference<Throwable> error = new AtomicReference<>();
			transcript.model(server.url(), WebClient.builder())
				.stream(ProviderFixture.REQUEST)
				.doOnError(error::set)
				.onErrorComplete()
				.blockLast(ProviderFixture.TIMEOUT);
			assertThat(error.get()).isInstanceOf(ChatModelException.class);
			return (ChatModelException) error.get();
		}
	}

	private static void checkWords(JsonNode expected, ProviderError error) {
		if (expected.has("messageContains")) {
			assertThat(error.message()).contains(expected.path("messageContains").asString());
		}
		else {
			assertThat(error.message()).isEqualTo(text(expected, "message"));
		}
		assertThat(error.code()).isEqualTo(text(expected, "code"));
		assertThat(error.type()).isEqualTo(text(expected, "errorType"));
	}

	private static void checkKind(JsonNode expected, ChatModelException failure) {
		if (expected.has("exception")) {
			assertThat(failure.getClass().getSimpleName()).isEqualTo(text(expected, "exception"));
			assertThat(failure.isRetryable()).isEqualTo(expected.path("retryable").asBoolean());
		}
	}

	private static @Nullable Duration retryAfter(JsonNode expected) {
		long millis = expected.path("retryAfterMs").asLong(0);
		if (millis > 0) {
			return Duration.ofMillis(millis);
		}
		String seconds = text(expected, "retryAfter");
		return (seconds != null) ? Duration.ofSeconds(Long.parseLong(seconds)) : null;
	}

	private static @Nullable String text(JsonNode node, String name) {
		JsonNode value = node.path(name);
		return (value.isString() || value.isNumber()) ? value.asString() : null;
	}

}
