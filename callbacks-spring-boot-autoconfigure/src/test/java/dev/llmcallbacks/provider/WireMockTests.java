package dev.llmcallbacks.provider;

import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.http.trafficlistener.WiremockNetworkTrafficListener;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.client.RetryPolicy;
import dev.llmcallbacks.client.TimeLimits;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.Retry;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.model.ChatTimeoutException;
import dev.llmcallbacks.model.ConnectionFailedException;
import dev.llmcallbacks.model.RateLimitedException;
import dev.llmcallbacks.model.StreamTruncatedException;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Both protocols before a server that others have made to misbehave, WireMock.
 */
class WireMockTests {

	private static final String TROUBLE_OVER = "trouble over";

	private static final Semaphore closed = new Semaphore(0);

	private static final WireMockServer server = new WireMockServer(WireMockConfiguration.options()
		.dynamicPort()
		.bindAddress("localhost")
		.jettyStopTimeout(100L)
		.networkTrafficListener(new ClosedConnections()));

	static List<ClientFixture> fixtures() {
		return ClientFixture.all();
	}

	static Stream<Arguments> faults() {
		return Stream.of(Fault.values())
			.flatMap((fault) -> fixtures().stream().map((fixture) -> Arguments.of(fixture, fault)));
	}

	@BeforeAll
	static void start() {
		server.start();
	}

	@AfterAll
	static void stop() {
		server.stop();
	}

	@BeforeEach
	void reset() {
		server.resetAll();
	}

	private static ResponseDefinitionBuilder events(byte[] bytes) {
		return WireMock.aResponse().withHeader("Content-Type", "text/event-stream").withBody(bytes);
	}

	private static void answer(ResponseDefinitionBuilder response) {
		server.stubFor(WireMock.post(WireMock.anyUrl()).willReturn(response));
	}

	private static void answerInTurn(ResponseDefinitionBuilder first, ResponseDefinitionBuilder second) {
		server.stubFor(WireMock.post(WireMock.anyUrl())
			.inScenario("two calls")
			.whenScenarioStateIs(Scenario.STARTED)
			.willSetStateTo(TROUBLE_OVER)
			.willReturn(first));
		server.stubFor(WireMock.post(WireMock.anyUrl())
			.inScenario("two calls")
			.whenScenarioStateIs(TROUBLE_OVER)
			.willReturn(second));
	}

	private static LlmError failure(ClientFixture fixture) {
		Throwable thrown = catchThrowable(() -> fixture.with(new RetryPolicy(1, Duration.ZERO, Duration.ZERO))
			.client(server.baseUrl())
			.prompt("Hi")
			.result()
			.block(ClientFixture.TIMEOUT));
		assertThat(fixture.log().eventNames()).endsWith("LlmError");
		LlmError error = fixture.log().events(LlmError.class).get(0);
		assertThat(thrown).hasSameClassAs(error.error());
		return error;
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	@DisplayName("G26 an answer that dribbles in, in pieces of any size, is complete")
	void shouldReadAnswerWhenItDribbles(ClientFixture fixture) {
		for (int pieces : new int[] { 2, 7, 61, fixture.bytes().length }) {
			answer(events(fixture.bytes()).withChunkedDribbleDelay(pieces, 200));
			fixture.checkCallOf(server.baseUrl());
		}
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	@DisplayName("G26 an answer that breaks off while it dribbles in fails with what had arrived")
	void shouldKeepPartWhenDribbleBreaksOff(ClientFixture fixture) {
		answer(events(fixture.bytes(4)).withChunkedDribbleDelay(20, 100));
		LlmError error = failure(fixture);
		assertThat(error.error()).isInstanceOf(StreamTruncatedException.class);
		assertThat(error.result().text()).isEqualTo(String.join("", fixture.log().await().get(0).tokens()))
			.startsWith("Grüße");
		assertThat(error.result().llmOutput().modelName()).isEqualTo("test-model-1");
	}

	@ParameterizedTest
	@MethodSource("faults")
	@DisplayName("G28 a broken connection is a typed failure that names the provider")
	void shouldFailWithTypedExceptionWhenConnectionIsBroken(ClientFixture fixture, Fault fault) {
		answer(WireMock.aResponse().withFault(fault));
		LlmError error = failure(fixture);
		assertThat(error.error())
			.isInstanceOf((fault != Fault.MALFORMED_RESPONSE_CHUNK) ? ConnectionFailedException.class
					: StreamTruncatedException.class)
			.hasMessageContaining(fixture.provider());
		assertThat(((ChatModelException) error.error()).isRetryable()).isTrue();
		assertThat(error.result().text()).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("faults")
	@DisplayName("G29 a connection that breaks before the first chunk, however it does, is tried again")
	void shouldTryAgainWhenConnectionIsBroken(ClientFixture fixture, Fault fault) {
		answerInTurn(WireMock.aResponse().withFault(fault), events(fixture.bytes()));
		fixture.checkCallOf(server.baseUrl());
		assertThat(fixture.log().eventNames()).startsWith("ChatModelStart", "Retry", "LlmNewToken").endsWith("LlmEnd");
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	@DisplayName("G29 after 429 the call is made again when the server says")
	void shouldTryAgainWhenRateLimited(ClientFixture fixture) {
		answerInTurn(WireMock.aResponse().withStatus(429).withHeader("Retry-After", "1"), events(fixture.bytes()));
		fixture.checkCallOf(server.baseUrl());
		assertThat(fixture.log().events(Retry.class)).singleElement().satisfies((retry) -> {
			assertThat(retry.delay()).isEqualTo(Duration.ofSeconds(1));
			assertThat(retry.cause()).isInstanceOf(RateLimitedException.class);
		});
		assertThat(server.getAllServeEvents()).hasSize(2);
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	@DisplayName("G30 an answer that is delayed meets the first-token limit")
	void shouldLimitWaitForFirstToken(ClientFixture fixture) {
		answer(events(fixture.bytes()).withFixedDelay(3000));
		LlmError error = failure(fixture.with(new TimeLimits(Duration.ofMillis(300), Duration.ZERO, Duration.ZERO)));
		assertThat(error.error()).isInstanceOf(ChatTimeoutException.class)
			.hasMessageContaining("callbacks.timeouts.first-token");
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	@DisplayName("G30 an answer that stops dribbling meets the silence limit, and keeps what had arrived")
	void shouldLimitSilence(ClientFixture fixture) {
		answer(events(fixture.bytes()).withChunkedDribbleDelay(2, 2000));
		LlmError error = failure(fixture.with(new TimeLimits(Duration.ZERO, Duration.ofMillis(300), Duration.ZERO)));
		assertThat(error.error()).isInstanceOf(ChatTimeoutException.class)
			.hasMessageContaining("callbacks.timeouts.silence");
		assertThat(error.result().text()).startsWith("Grüße");
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	@DisplayName("G2 cancelling closes the connection, which the server notices")
	void shouldCloseConnectionWhenCancelled(ClientFixture fixture) {
		answer(events(fixture.bytes()).withChunkedDribbleDelay(100, 5000));
		CountDownLatch token = new CountDownLatch(1);
		CountDownLatch cancelled = new CountDownLatch(1);
		Disposable call = fixture.client(server.baseUrl())
			.prompt("Hi")
			.callbacks(CallbackHandler.on(LlmNewToken.class, (event) -> token.countDown()),
					CallbackHandler.on(LlmCancel.class, (event) -> cancelled.countDown()))
			.stream()
			.subscribe();
		Await.zero(token);
		closed.drainPermits();
		call.dispose();
		Await.until("connection closed", () -> closed.tryAcquire());
		Await.zero(cancelled);
		assertThat(fixture.log().events(LlmError.class)).isEmpty();
	}

	private static final class ClosedConnections implements WiremockNetworkTrafficListener {

		@Override
		public void opened(Socket socket) {
		}

		@Override
		public void incoming(Socket socket, ByteBuffer bytes) {
		}

		@Override
		public void outgoing(Socket socket, ByteBuffer bytes) {
		}

		@Override
		public void closed(Socket socket) {
			closed.release();
		}

	}

}
