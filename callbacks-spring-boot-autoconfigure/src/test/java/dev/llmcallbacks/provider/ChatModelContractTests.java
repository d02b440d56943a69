package dev.llmcallbacks.provider;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.subscriber.TestSubscriber;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.model.AuthenticationException;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.model.ConnectionFailedException;
import dev.llmcallbacks.model.InvalidRequestException;
import dev.llmcallbacks.model.OverloadedException;
import dev.llmcallbacks.model.PermissionDeniedException;
import dev.llmcallbacks.model.RateLimitedException;
import dev.llmcallbacks.model.ServerErrorException;
import dev.llmcallbacks.model.StreamTruncatedException;
import dev.llmcallbacks.model.UnreadableResponseException;
import dev.llmcallbacks.provider.SocketServer.Ending;
import dev.llmcallbacks.provider.SocketServer.Response;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What every provider's chat model must do, over real sockets.
 */
abstract class ChatModelContractTests extends ProviderFixture {

	@Test
	@DisplayName("G26 G27 a stream reads the same however it is cut")
	void shouldReadSameAnswerWhenCutAnywhere() {
		byte[] bytes = bytes(transcript());
		long seed = System.nanoTime();
		Random random = new Random(seed);
		List<List<byte[]>> cuts = new ArrayList<>(List.of(List.of(bytes), SocketServer.singleBytes(bytes)));
		for (int round = 0; round < 20; round++) {
			cuts.add(SocketServer.randomPieces(bytes, random));
		}
		SocketServer server = server((exchange) -> exchange.send(stream(cuts.remove(0))));
		ChatModel model = model(server);
		for (int round = cuts.size(); round > 0; round--) {
			check(answer(model.stream(REQUEST).collectList().block(TIMEOUT)));
		}
		assertThat(cuts).as("seed %d", seed).isEmpty();
	}

	@Test
	@DisplayName("G27 line ends and a byte order mark make no difference")
	void shouldReadSameAnswerWhenLineEndsDiffer() {
		for (String lineEnd : List.of("\r\n", "\r")) {
			String text = "\uFEFF: ping\n\n" + String.join("event: ping\ndata: {\"type\": \"ping\"}\n\n", transcript());
			byte[] bytes = text.replace("\n", lineEnd).getBytes(StandardCharsets.UTF_8);
			if (provider().equals("openai")) {
				bytes = (": ping\n\n" + String.join(":\n\n", transcript())).replace("\n", lineEnd)
					.getBytes(StandardCharsets.UTF_8);
			}
			check(answer(model(server(stream(List.of(bytes)))).stream(REQUEST).collectList().block(TIMEOUT)));
		}
	}

	@ParameterizedTest
	@EnumSource(value = Ending.class, names = { "CLEAN", "CLOSE", "RESET" })
	@DisplayName("G26 a stream that ends after any of its events but the last is truncated")
	void shouldFailWhenStreamEndsEarly(Ending ending) {
		List<String> events = transcript();
		for (int count = 0; count < events.size(); count++) {
			boolean complete = ending == Ending.CLEAN && count >= completeAfter();
			List<ChatChunk> chunks = new ArrayList<>();
			Response response = stream(List.of(bytes(events.subList(0, count)))).with(ending);
			StepVerifier.Step<ChatChunk> step = StepVerifier
				.create(model(server(response)).stream(REQUEST).doOnNext(chunks::add))
				.thenConsumeWhile((chunk) -> true);
			if (complete) {
				step.expectComplete().verify(TIMEOUT);
			}
			else {
				step.expectError(StreamTruncatedException.class).verify(TIMEOUT);
			}
			if (ending != Ending.RESET && count > 2) {
				assertThat(answer(chunks).llmOutput().modelName()).isEqualTo("test-model-1");
			}
		}
	}

	@Test
	@DisplayName("G25 an answer that is not streamed is read as the streamed one is")
	void shouldReadWholeAnswer() {
		SocketServer server = server(Response.json(200, wholeAnswer()));
		check(model(server).call(REQUEST).block(TIMEOUT));
		assertThat(server.requests().get(0).body()).contains("\"stream\":false");
	}

	@Test
	void shouldReadWholeAnswerWhenStreamWasAskedFor() {
		check(answer(model(server(Response.json(200, wholeAnswer()))).stream(REQUEST).collectList().block(TIMEOUT)));
	}

	@Test
	void shouldReadStreamWhenWholeAnswerWasAskedFor() {
		check(model(server(stream(List.of(bytes(transcript()))))).call(REQUEST).block(TIMEOUT));
	}

	@Test
	@DisplayName("G2 cancelling closes the connection at once, in every phase")
	void shouldCloseConnectionWhenCancelled() {
		for (int round = 0; round < 100; round++) {
			CountDownLatch gone = new CountDownLatch(1);
			CountDownLatch arrived = new CountDownLatch(1);
			byte[] bytes = bytes(transcript().subList(0, round % 4));
			try (SocketServer server = new SocketServer((exchange) -> {
				arrived.countDown();
				try {
					exchange.send(stream(List.of(bytes)).with(Ending.HANG));
				}
				finally {
					gone.countDown();
				}
			})) {
				TestSubscriber<ChatChunk> subscriber = TestSubscriber.builder().initialRequest(round % 3).build();
				model(server).stream(REQUEST).subscribe(subscriber);
				Await.zero(arrived);
				subscriber.cancel();
				Await.until("closed in round " + round, () -> gone.getCount() == 0);
			}
		}
	}

	@Test
	@DisplayName("G2 cancelling closes the connection, also when the body is just being subscribed to")
	void shouldCloseConnectionWhenCancelledAsBodyIsSubscribedTo() {
		CountDownLatch gone = new CountDownLatch(1);
		SocketServer server = server((exchange) -> {
			try {
				exchange.send(stream(List.of(bytes(transcript()))).with(Ending.HANG));
			}
			finally {
				gone.countDown();
			}
		});
		TestSubscriber<ChatChunk> subscriber = TestSubscriber.create();
		WebClient.Builder cancelling = WebClient.builder()
			.filter((request, next) -> next.exchange(request)
				.map((response) -> response.mutate().body((body) -> Flux.defer(() -> {
					subscriber.cancel();
					return body;
				})).build()));
		model(server.url(), cancelling, 1024 * 1024, ChatOptions.builder().model("m").build()).stream(REQUEST)
			.subscribe(subscriber);
		Await.zero(gone);
	}

	@Test
	@DisplayName("G25 a connection is used again after a complete answer")
	void shouldReuseConnectionAfterCompleteStream() {
		SocketServer server = server(stream(List.of(bytes(transcript()))));
		ChatModel model = model(server.url(), withOneConnection(), 1024 * 1024,
				ChatOptions.builder().model("m").build());
		for (int i = 0; i < 10; i++) {
			check(answer(model.stream(REQUEST).collectList().block(TIMEOUT)));
		}
		assertThat(server.requests()).hasSize(10);
		assertThat(server.connections()).isEqualTo(1);
	}

	@Test
	@DisplayName("G26 an answer is complete after its end marker, though the connection stays open")
	void shouldCompleteWhenBodyGoesOnAfterEndMarker() {
		Response response = stream(List.of(bytes(transcript()))).with(Ending.HANG);
		check(answer(model(server(response)).stream(REQUEST).collectList().block(TIMEOUT)));
	}

	@Test
	@DisplayName("G26 what happens to the connection after the end marker does not matter")
	void shouldCompleteWhenConnectionBreaksAfterEndMarker() {
		List<byte[]> pieces = List.of(bytes(transcript()), bytes(List.of(textEvent("no more"))));
		Response response = stream(pieces).with(Ending.CLOSE);
		check(answer(model(server(response)).stream(REQUEST).collectList().block(TIMEOUT)));
	}

	@Test
	void shouldHandOnNoMoreThanAskedFor() {
		byte[] bytes = bytes(transcript());
		StepVerifier.create(model(server(stream(SocketServer.singleBytes(bytes)))).stream(REQUEST), 0)
			.thenRequest(1)
			.expectNextCount(1)
			.thenRequest(2)
			.expectNextCount(2)
			.thenRequest(Long.MAX_VALUE)
			.thenConsumeWhile((chunk) -> true)
			.expectComplete()
			.verify(TIMEOUT);
	}

	@Test
	@DisplayName("G28 an error is the same exception as HTTP status and inside the stream")
	void shouldMapErrorAlikeWhereverItTurnsUp() {
		Map<String, Class<? extends ChatModelException>> kinds = Map.of("authentication_error",
				AuthenticationException.class, "permission_error", PermissionDeniedException.class,
				"invalid_request_error", InvalidRequestException.class, "rate_limit_error", RateLimitedException.class,
				"overloaded_error", OverloadedException.class, "api_error", ServerErrorException.class);
		Map<String, Integer> statuses = Map.of("authentication_error", 401, "permission_error", 403,
				"invalid_request_error", 400, "rate_limit_error", 429, "overloaded_error", 529, "api_error", 500);
		kinds.forEach((type, kind) -> {
			String error = error(type, "It is so");
			String begin = String.join("", transcript().subList(0, 3));
			List<Response> places = List.of(Response.json(statuses.get(type), error), Response.json(200, error),
					Response.json(200, "[" + error + "]"),
					Response.stream((begin + "event: error\ndata: " + error + "\n\n").getBytes(StandardCharsets.UTF_8)),
					Response.stream((begin + "data: " + error + "\n\n").getBytes(StandardCharsets.UTF_8)),
					Response.stream((begin + "error: " + error + "\n\n").getBytes(StandardCharsets.UTF_8)),
					Response.stream(error.getBytes(StandardCharsets.UTF_8)));
			for (Response place : places) {
				ChatModelException failure = failure(place.with(Map.of("x-request-id", "req_7")));
				assertThat(failure).isExactlyInstanceOf(kind)
					.hasMessageContaining(provider())
					.hasMessageContaining("It is so");
				assertThat(failure.getProviderError().type()).isEqualTo(type);
				assertThat(failure.getProviderError().message()).isEqualTo("It is so");
				assertThat(failure.getProviderError().requestId()).isEqualTo("req_7");
				assertThat(failure.getProviderError().status())
					.isEqualTo((place.status() != 200) ? statuses.get(type) : null);
			}
		});
	}

	@Test
	@DisplayName("G28 what was read before an error is handed on before it")
	void shouldHandOnChunksBeforeError() {
		String stream = String.join("", transcript().subList(0, 3)) + "event: error\ndata: "
				+ error("overloaded_error", "Busy") + "\n\n";
		List<ChatChunk> chunks = new ArrayList<>();
		StepVerifier
			.create(model(server(Response.stream(stream.getBytes(StandardCharsets.UTF_8)))).stream(REQUEST)
				.doOnNext(chunks::add))
			.thenConsumeWhile((chunk) -> true)
			.expectError(OverloadedException.class)
			.verify(TIMEOUT);
		assertThat(answer(chunks).llmOutput().modelName()).isEqualTo("test-model-1");
	}

	@Test
	@DisplayName("G27 malformed JSON names provider and event, and quotes nothing")
	void shouldFailClearlyWhenPayloadIsMalformed() {
		String begin = String.join("", transcript().subList(0, 2));
		for (String payload : List.of("{\"secret prompt\":", "secret prompt", "{\"a\":1} secret prompt", "[1,2]", "17",
				"{\"a\" \"secret prompt\"}", "\"secret prompt")) {
			Response response = Response.stream((begin + "data: " + payload + "\n\n").getBytes(StandardCharsets.UTF_8));
			ChatModelException failure = failure(response);
			assertThat(failure).isExactlyInstanceOf(UnreadableResponseException.class)
				.hasMessageContaining(provider())
				.hasMessageContaining("event 3");
			assertThat(stackTrace(failure)).doesNotContain("secret prompt");
		}
	}

	@Test
	@DisplayName("G27 bytes that are not UTF-8 become replacement characters")
	void shouldReplaceInvalidBytes() {
		byte[] invalid = textEvent("a\u0001b").getBytes(StandardCharsets.UTF_8);
		for (int i = 0; i < invalid.length; i++) {
			invalid[i] = (invalid[i] == 1) ? (byte) 0xFF : invalid[i];
		}
		List<String> events = transcript();
		List<byte[]> pieces = List.of(bytes(events.subList(0, 2)), invalid, bytes(events.subList(2, events.size())));
		String text = answer(model(server(stream(pieces))).stream(REQUEST).collectList().block(TIMEOUT)).generations()
			.get(0)
			.text();
		assertThat(text).contains("a\uFFFDb");
	}

	@Test
	@DisplayName("G30 an event beyond the limit is an error")
	void shouldFailWhenEventIsTooLarge() {
		List<String> events = new ArrayList<>(transcript());
		events.add(2, textEvent("x".repeat(5000)));
		ChatModel model = model(server(stream(List.of(bytes(events)))).url(), WebClient.builder(), 4096,
				ChatOptions.builder().model("m").build());
		assertThat(failure(model)).isInstanceOf(UnreadableResponseException.class).hasMessageContaining("allowed size");
	}

	@Test
	@DisplayName("G28 a body that is not an event stream is an error that says so")
	void shouldFailWhenBodyIsSomethingElse() {
		for (String body : List.of("<html><body>Log in</body></html>", "It works!", "{}", "{\"hello\":1}", "[]", "{")) {
			Response response = new Response(200, Map.of("Content-Type", "text/html"),
					List.of(body.getBytes(StandardCharsets.UTF_8)), Ending.CLEAN);
			assertThat(failure(response)).isExactlyInstanceOf(UnreadableResponseException.class)
				.hasMessageContaining("text/html");
		}
	}

	@Test
	void shouldFailWhenRedirected() {
		Response response = new Response(302, Map.of("Location", "https://elsewhere.test"), List.of(), Ending.CLEAN);
		assertThat(failure(response)).isInstanceOf(UnreadableResponseException.class).hasMessageContaining("302");
	}

	@Test
	@DisplayName("G28 a server that cannot be reached, or closes without an answer, is a connection failure")
	void shouldFailWhenThereIsNoResponse() {
		SocketServer closed = server((exchange) -> exchange.awaitClientGone());
		String url = closed.url();
		closed.close();
		ChatModel refused = model(url, WebClient.builder(), 1024, ChatOptions.builder().model("m").build());
		ChatModelException failure = failure(refused);
		assertThat(failure).isInstanceOf(ConnectionFailedException.class).hasMessageContaining("localhost");
		assertThat(failure.isRetryable()).isTrue();
		SocketServer silent = server((exchange) -> {
			throw new IOException("closed");
		});
		assertThat(failure(model(silent))).isInstanceOf(ConnectionFailedException.class);
	}

	@Test
	@DisplayName("G31 a key appears nowhere, not even one that the provider echoes")
	void shouldNeverTellKey() {
		String echo = "Your key " + KEY + " or Bearer " + KEY + " is wrong";
		String html = "<html><title>401</title><p>" + echo + "</p></html>";
		List<Response> responses = List.of(Response.json(401, error(KEY, echo)), Response.json(200, error("x", echo)),
				Response.json(500, "{\"detail\":\"" + echo + "\",\"code\":\"" + KEY + "\"}"), Response.json(401, html),
				Response.json(200, html), Response.json(400, error("invalid_request_error", "x".repeat(295) + KEY)),
				Response.stream(("data: " + error("x", echo) + "\n\n").getBytes(StandardCharsets.UTF_8)),
				Response.stream(("data: " + KEY + "\n\n").getBytes(StandardCharsets.UTF_8)),
				Response.json(429, "{}").with(Map.of("x-request-id", KEY)));
		for (Response response : responses) {
			ChatModelException failure = failure(response);
			assertThat(failure.toString()).doesNotContain(KEY);
			assertThat(failure.getProviderError().toString()).doesNotContain(KEY);
			assertThat(stackTrace(failure)).doesNotContain(KEY).doesNotContain(KEY.substring(0, 12));
		}
		ChatModel model = model(server(Response.json(200, "{}")));
		assertThat(model.toString()).doesNotContain(KEY).contains("localhost");
		ChatModel failing = model("http://localhost:1",
				WebClient.builder().filter((request, next) -> next.exchange(request)), 1024,
				ChatOptions.builder().model("m").build());
		assertThat(stackTrace(failure(failing))).doesNotContain(KEY);
	}

	@Test
	@DisplayName("G28 a long error body is shortened")
	void shouldShortenLongBodies() {
		ChatModelException failure = failure(Response.json(500, "<p>" + "long ".repeat(100_000)));
		assertThat(failure.getMessage()).hasSizeLessThan(600);
		assertThat(failure.getProviderError().message()).hasSizeLessThan(5000);
		assertThat(failure).isInstanceOf(ServerErrorException.class);
	}

	@Test
	@DisplayName("G6 each subscription is a call of its own")
	void shouldCallAgainWhenSubscribedToAgain() {
		SocketServer server = server(stream(List.of(bytes(transcript()))));
		var stream = model(server).stream(REQUEST);
		assertThat(server.requests()).isEmpty();
		check(answer(stream.collectList().block(TIMEOUT)));
		check(answer(stream.collectList().block(TIMEOUT)));
		assertThat(server.requests()).hasSize(2);
	}

	@Test
	@DisplayName("G25 the given WebClient.Builder is used and left alone")
	void shouldUseGivenWebClientBuilder() {
		SocketServer server = server(stream(List.of(bytes(transcript()))));
		WebClient.Builder builder = WebClient.builder().defaultHeader("X-From-Application", "yes");
		ChatModel model = model(server.url() + "/", builder, 1024 * 1024, ChatOptions.builder().model("m").build());
		builder.defaultHeader("X-Later", "no");
		check(answer(model.stream(REQUEST).collectList().block(TIMEOUT)));
		assertThat(server.requests().get(0).headers()).containsEntry("x-from-application", "yes")
			.doesNotContainKey("x-later")
			.containsEntry("accept", "text/event-stream")
			.containsEntry("content-type", "application/json");
	}

	@Test
	void shouldFailWhenNoModelIsNamed() {
		ChatModel model = model("http://localhost:1", WebClient.builder(), 1024, ChatOptions.NONE);
		assertThat(failure(model)).isInstanceOf(InvalidRequestException.class)
			.hasMessageContaining("callbacks.chat.model");
	}

	@Test
	void shouldRefuseBaseUrlThatIsNone() {
		for (String url : List.of("localhost:8080", "ftp://host", "/v1", "http://", "not a url")) {
			assertThatThrownBy(() -> model(url, WebClient.builder(), 1024, ChatOptions.NONE))
				.isInstanceOf(IllegalArgumentException.class)
				.hasMessageContaining("base URL");
		}
	}

}
