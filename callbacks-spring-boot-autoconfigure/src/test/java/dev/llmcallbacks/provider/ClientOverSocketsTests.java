package dev.llmcallbacks.provider;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;

import javax.net.ServerSocketFactory;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.test.StepVerifier;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.client.RetryPolicy;
import dev.llmcallbacks.client.TimeLimits;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.Retry;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.model.ChatTimeoutException;
import dev.llmcallbacks.model.ConnectionFailedException;
import dev.llmcallbacks.model.OverloadedException;
import dev.llmcallbacks.model.RateLimitedException;
import dev.llmcallbacks.model.StreamTruncatedException;
import dev.llmcallbacks.provider.SocketServer.Ending;
import dev.llmcallbacks.provider.SocketServer.Response;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Retries, time limits and cancellation of both protocols, over real sockets.
 */
class ClientOverSocketsTests {

	private final List<SocketServer> servers = new ArrayList<>();

	static List<ClientFixture> fixtures() {
		return ClientFixture.all();
	}

	@AfterEach
	void closeServers() {
		this.servers.forEach(SocketServer::close);
	}

	private SocketServer server(SocketServer.Handler handler) {
		SocketServer server = new SocketServer(handler);
		this.servers.add(server);
		return server;
	}

	private SocketServer inTurn(Response... responses) {
		Deque<Response> left = new ConcurrentLinkedDeque<>(List.of(responses));
		return server((exchange) -> exchange.send(left.removeFirst()));
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	@DisplayName("G29 after 429 the advised time is waited for")
	void shouldWaitAsAdvisedWhenRateLimited(ClientFixture fixture) {
		Response limited = fixture.error(429, "rate_limit_error").with(Map.of("Retry-After", "1"));
		SocketServer server = inTurn(limited, fixture.answer());
		long begin = System.nanoTime();
		fixture.checkCallOf(server.url());
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
		assertThat(fixture.log().eventNames()).startsWith("ChatModelStart", "Retry", "LlmNewToken").endsWith("LlmEnd");
		assertThat(fixture.log().events(Retry.class)).singleElement().satisfies((retry) -> {
			assertThat(retry.delay()).isEqualTo(Duration.ofSeconds(1));
			assertThat(retry.cause()).isInstanceOf(RateLimitedException.class);
		});
		assertThat(server.requests()).hasSize(2);
		assertThat(server.requests().get(0).body()).isEqualTo(server.requests().get(1).body());
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	@DisplayName("G29 every status that a retry can help is tried again")
	void shouldTryAgainWhenServerIsBusy(ClientFixture fixture) {
		for (int status : List.of(408, 409, 429, 500, 502, 503, 504, 529)) {
			SocketServer server = inTurn(fixture.error(status, "whatever"), fixture.answer());
			fixture.checkCallOf(server.url());
			assertThat(server.requests()).as("HTTP %d", status).hasSize(2);
		}
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	@DisplayName("G29 no other status is tried again")
	void shouldNotTryAgainWhenRequestIsAtFault(ClientFixture fixture) {
		for (int status : List.of(400, 401, 403, 404, 413, 422)) {
			SocketServer server = inTurn(fixture.error(status, "whatever"), fixture.answer());
			StepVerifier.create(fixture.client(server.url()).prompt("Hi").result())
				.expectError()
				.verify(ClientFixture.TIMEOUT);
			assertThat(server.requests()).as("HTTP %d", status).hasSize(1);
		}
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	@DisplayName("G29 a refused connection is tried again")
	void shouldTryAgainWhenConnectionIsRefused(ClientFixture fixture) {
		SocketServer closed = server((exchange) -> exchange.awaitClientGone());
		closed.close();
		CallbackHandler rescue = CallbackHandler.on(Retry.class,
				(retry) -> this.servers.add(new SocketServer((exchange) -> exchange.send(fixture.answer()),
						ServerSocketFactory.getDefault(), closed.port())));
		LlmResult result = fixture.with(new RetryPolicy(2, Duration.ofSeconds(2), Duration.ofSeconds(2)))
			.client(closed.url())
			.prompt("Hi")
			.callbacks(rescue)
			.result()
			.block(ClientFixture.TIMEOUT);
		fixture.check(result);
		assertThat(fixture.log().events(Retry.class)).singleElement()
			.satisfies((retry) -> assertThat(retry.cause()).isInstanceOf(ConnectionFailedException.class));
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	@DisplayName("G29 a connection that breaks before the first chunk is tried again, later it is not")
	void shouldTryAgainOnlyBeforeFirstChunk(ClientFixture fixture) {
		Response nothing = Response.stream().with(Ending.RESET);
		SocketServer early = inTurn(nothing, nothing, fixture.answer());
		fixture.checkCallOf(early.url());
		assertThat(early.requests()).hasSize(3);
		SocketServer late = inTurn(Response.stream(fixture.bytes(3)).with(Ending.CLOSE), fixture.answer());
		StepVerifier.create(fixture.client(late.url()).prompt("Hi").result())
			.expectError(StreamTruncatedException.class)
			.verify(ClientFixture.TIMEOUT);
		assertThat(late.requests()).hasSize(1);
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	@DisplayName("G29 an error inside the stream, before any chunk, is tried again")
	void shouldTryAgainWhenErrorComesFirstInStream(ClientFixture fixture) {
		byte[] error = "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}\n\n"
			.getBytes();
		SocketServer server = inTurn(Response.stream(error), fixture.answer());
		fixture.checkCallOf(server.url());
		assertThat(fixture.log().events(Retry.class)).singleElement()
			.satisfies((retry) -> assertThat(retry.cause()).isInstanceOf(OverloadedException.class));
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	@DisplayName("G30 a server that never begins meets the first-token limit, and is left")
	void shouldLimitWaitForFirstToken(ClientFixture fixture) {
		for (int events = 0; events < 2; events++) {
			ChatTimeoutException failure = stall(fixture, fixture.bytes(events), Duration.ofMillis(1500),
					Duration.ZERO);
			assertThat(failure).hasMessageContaining("callbacks.timeouts.first-token");
		}
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	@DisplayName("G30 a server that stalls meets the silence limit, and is left")
	void shouldLimitSilence(ClientFixture fixture) {
		ChatTimeoutException failure = stall(fixture, fixture.bytes(4), Duration.ofSeconds(20), Duration.ofMillis(300));
		assertThat(failure).hasMessageContaining("callbacks.timeouts.silence");
		LlmError error = fixture.log().events(LlmError.class).get(0);
		assertThat(error.result().llmOutput().modelName()).isEqualTo("test-model-1");
	}

	private ChatTimeoutException stall(ClientFixture fixture, byte[] sent, Duration firstToken, Duration silence) {
		CountDownLatch gone = new CountDownLatch(1);
		SocketServer server = hanging(sent, new CountDownLatch(1), gone);
		fixture.with(new TimeLimits(firstToken, silence, Duration.ZERO));
		List<Throwable> errors = new ArrayList<>();
		StepVerifier.create(fixture.client(server.url()).prompt("Hi").stream())
			.thenConsumeWhile((chunk) -> true)
			.consumeErrorWith(errors::add)
			.verify(ClientFixture.TIMEOUT);
		Await.zero(gone);
		assertThat(server.requests()).hasSize(1);
		assertThat(errors.get(0)).isInstanceOf(ChatTimeoutException.class);
		return (ChatTimeoutException) errors.get(0);
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	@DisplayName("G2 cancelling closes the exchange at once, before the answer and in the midst of it")
	void shouldCloseExchangeWhenCancelled(ClientFixture fixture) {
		for (int events = -1; events < 5; events++) {
			CountDownLatch arrived = new CountDownLatch(1);
			CountDownLatch gone = new CountDownLatch(1);
			byte[] sent = (events >= 0) ? fixture.bytes(events) : null;
			SocketServer server = hanging(sent, arrived, gone);
			CountDownLatch token = new CountDownLatch((events > 3) ? 1 : 0);
			CountDownLatch cancelled = new CountDownLatch(1);
			Disposable call = fixture.client(server.url())
				.prompt("Hi")
				.callbacks(CallbackHandler.on(LlmNewToken.class, (event) -> token.countDown()),
						CallbackHandler.on(LlmCancel.class, (event) -> cancelled.countDown()))
				.stream()
				.subscribe();
			Await.zero(arrived);
			Await.zero(token);
			call.dispose();
			Await.until("closed after " + events + " events", () -> gone.getCount() == 0);
			Await.zero(cancelled);
		}
		assertThat(fixture.log().events(LlmError.class)).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	@DisplayName("G2 cancelling between two attempts makes no other")
	void shouldNotTryAgainWhenCancelled(ClientFixture fixture) {
		Response unavailable = fixture.error(503, "api_error").with(Map.of("Retry-After", "3"));
		SocketServer server = inTurn(unavailable, unavailable, fixture.answer());
		CountDownLatch retried = new CountDownLatch(1);
		CountDownLatch cancelled = new CountDownLatch(1);
		Disposable call = fixture.client(server.url())
			.prompt("Hi")
			.callbacks(CallbackHandler.on(Retry.class, (event) -> retried.countDown()),
					CallbackHandler.on(LlmCancel.class, (event) -> cancelled.countDown()))
			.result()
			.subscribe();
		Await.zero(retried);
		call.dispose();
		Await.zero(cancelled);
		// The second attempt of this call comes after one of the cancelled call would
		fixture.checkCallOf(server.url());
		assertThat(server.requests()).hasSize(3);
	}

	/**
	 * A server that sends what it is given, or not even a status, and then nothing until
	 * the client goes.
	 */
	private SocketServer hanging(byte @Nullable [] sent, CountDownLatch arrived, CountDownLatch gone) {
		return server((exchange) -> {
			arrived.countDown();
			try {
				answerAndHang(exchange, sent);
			}
			finally {
				gone.countDown();
			}
		});
	}

	private static void answerAndHang(SocketServer.Exchange exchange, byte @Nullable [] sent) throws IOException {
		if (sent == null) {
			exchange.awaitClientGone();
		}
		else {
			exchange.send(Response.stream(sent).with(Ending.HANG));
		}
	}

}
