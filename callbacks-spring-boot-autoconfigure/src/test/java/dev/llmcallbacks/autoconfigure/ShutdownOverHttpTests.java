package dev.llmcallbacks.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.handler.codec.http.HttpResponseStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.test.StepVerifier;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.ShutdownException;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.test.EventRecorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the end of an application whose model is answering over HTTP.
 */
class ShutdownOverHttpTests {

	private static final String CHUNK = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"}}]}\n\n";

	private final Sinks.Many<String> body = Sinks.many().unicast().onBackpressureBuffer();

	private final AtomicInteger requests = new AtomicInteger();

	private final CompletableFuture<Void> disconnected = new CompletableFuture<>();

	private final DisposableServer server = HttpServer.create()
		.host("localhost")
		.port(0)
		.handle((request, response) -> {
			if (this.requests.incrementAndGet() > 1) {
				return response.status(HttpResponseStatus.SERVICE_UNAVAILABLE).send();
			}
			request.withConnection((connection) -> connection.onDispose(() -> this.disconnected.complete(null)));
			return response.sse().sendString(this.body.asFlux(), StandardCharsets.UTF_8).then();
		})
		.bindNow(Applications.TIMEOUT);

	private final ApplicationContextRunner contextRunner = Applications.recording(Applications.withoutModel())
		.withPropertyValues("callbacks.openai.base-url=http://localhost:" + this.server.port(),
				"callbacks.chat.model=m-1", "callbacks.retry.max-attempts=1");

	@AfterEach
	void stopServer() {
		this.server.disposeNow(Applications.TIMEOUT);
	}

	@Test
	@DisplayName("G20 an answer that is on its way when the application stops arrives")
	void shouldLetAnAnswerArrive() {
		this.contextRunner.run((context) -> {
			EventRecorder log = context.getBean(EventRecorder.class);
			Flux<String> answer = context.getBean(ChatClient.class).prompt("Hello").content();
			CompletableFuture<Void> closed = new CompletableFuture<>();
			StepVerifier.create(answer)
				.then(() -> send("a"))
				.expectNext("a")
				.then(() -> closed.completeAsync(() -> close(context.getSourceApplicationContext()::close)))
				.then(() -> awaitRefusal(context.getBean(ChatClient.class)))
				.then(() -> send("b"))
				.expectNext("b")
				.then(() -> this.body.tryEmitNext("data: [DONE]\n\n"))
				.expectComplete()
				.verify(Applications.TIMEOUT);
			closed.get(Applications.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
			assertThat(log.events(LlmEnd.class)).hasSize(1);
			assertThat(log.runs().get(0).text()).isEqualTo("ab");
		});
	}

	@Test
	@DisplayName("G20 an answer that takes longer is cancelled, and its connection closed")
	void shouldCancelAnAnswerThatTakesTooLong() {
		this.contextRunner.withPropertyValues("spring.lifecycle.timeout-per-shutdown-phase=400ms").run((context) -> {
			EventRecorder log = context.getBean(EventRecorder.class);
			StepVerifier.create(context.getBean(ChatClient.class).prompt("Hello").content())
				.then(() -> send("a"))
				.expectNext("a")
				.then(context.getSourceApplicationContext()::close)
				.expectError(ShutdownException.class)
				.verify(Applications.TIMEOUT);
			assertThat(log.events(LlmCancel.class)).hasSize(1);
			assertThat(this.disconnected).succeedsWithin(Applications.TIMEOUT);
		});
	}

	private void send(String token) {
		this.body.tryEmitNext(CHUNK.formatted(token));
	}

	private static Void close(Runnable close) {
		close.run();
		return null;
	}

	// One that is not refused fails: the server answers only once
	private static void awaitRefusal(ChatClient client) {
		Mono<Boolean> refused = client.prompt("Hello")
			.text()
			.map((text) -> false)
			.onErrorResume((ex) -> Mono.just(ex instanceof ShutdownException));
		await().until(() -> Boolean.TRUE.equals(refused.block(Applications.TIMEOUT)));
	}

}
