package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.test.Await;
import dev.llmcallbacks.test.Chunks;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@code raiseError}.
 */
class RaiseErrorTests {

	private static final Duration TIMEOUT = Await.TIMEOUT;

	private static final UnaryOperator<TestSettings> RAISING = TestSettings::raiseError;

	private final IllegalStateException failure = new IllegalStateException("broken");

	private final Probe probe = new Probe();

	private final Probe other = new Probe();

	private final Flux<ChatChunk> endless = Chunks.tokens("a").take(1).concatWith(Flux.never());

	@ParameterizedTest
	@EnumSource
	@DisplayName("G15 a failure in the start fails the run, and the provider is not called")
	void shouldFailTheRunWhenTheStartFails(HandlerKind kind) {
		this.probe.on(ChatModelStart.class, (start) -> Mono.error(this.failure));
		Bench bench = bench(kind).answering("a");
		expectFailure(bench);
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmError");
		assertThat(this.other.names()).containsExactly("ChatModelStart", "LlmError");
		assertThat(bench.calls()).isZero();
		bench.awaitNoLiveRuns();
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G15 a failure in a token fails the run, closes the call, and is told to all, the thrower included")
	void shouldFailTheRunWhenATokenFails(HandlerKind kind) {
		this.probe.on(LlmNewToken.class, (token) -> Mono.error(this.failure));
		Bench bench = bench(kind).answering(this.endless);
		expectFailure(bench);
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmError");
		assertThat(this.other.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmError");
		assertThat(this.other.of(LlmError.class).get(0).error()).isInstanceOf(CallbackException.class)
			.hasCause(this.failure);
		assertThat(this.other.of(LlmError.class).get(0).result().text()).isEqualTo("a");
		assertThat(bench.cancelledCalls()).isEqualTo(1);
		bench.awaitNoLiveRuns();
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G15 a failure in the last token still fails the run")
	void shouldFailTheRunWhenTheLastTokenFails(HandlerKind kind) {
		this.probe.on(LlmNewToken.class, (token) -> Mono.error(this.failure));
		expectFailure(bench(kind).answering(Flux.just(ChatChunk.text("a"))));
		assertThat(this.other.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmError");
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G15 a failure in the end fails the caller, and nothing more is told")
	void shouldFailTheCallerWhenTheEndFails(HandlerKind kind) {
		this.probe.on(LlmEnd.class, (end) -> Mono.error(this.failure));
		expectFailure(bench(kind).answering("a"));
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmEnd");
		assertThat(this.other.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmEnd");
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G15 a failure in the error is suppressed onto the run's own")
	void shouldBeSuppressedWhenTheErrorFails(HandlerKind kind) {
		IllegalArgumentException own = new IllegalArgumentException("own");
		this.probe.on(LlmError.class, (error) -> Mono.error(this.failure));
		StepVerifier.create(bench(kind).answering(Flux.error(own)).client().prompt("Hi").result())
			.expectErrorSatisfies((ex) -> {
				assertThat(ex).isSameAs(own);
				assertThat(ex.getSuppressed()).singleElement()
					.satisfies((more) -> assertThat(more).hasCause(this.failure));
			})
			.verify(TIMEOUT);
		assertThat(this.other.names()).containsExactly("ChatModelStart", "LlmError");
	}

	@Test
	@DisplayName("G15 a failure is suppressed once, however many handlers met with it")
	void shouldBeSuppressedOnceWhenSeveralHandlersFailAlike() {
		this.probe.on(LlmError.class, (error) -> Mono.error(this.failure));
		this.other.on(LlmError.class, (error) -> Mono.error(this.failure));
		Bench bench = Bench
			.of(HandlerKind.ASYNC_CLASS.registration(this.probe, RAISING),
					HandlerKind.ASYNC_CLASS.registration(this.other, RAISING))
			.answering(Flux.error(new IllegalArgumentException("own")));
		StepVerifier.create(bench.client().prompt("Hi").result())
			.expectErrorSatisfies((ex) -> assertThat(ex.getSuppressed()).hasSize(1))
			.verify(TIMEOUT);
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_CLASS", "ASYNC_CLASS" })
	@DisplayName("G15 a failure in a token that is heard after the run has failed changes nothing")
	void shouldKeepTheOutcomeWhenATokenFailsLate(HandlerKind kind) {
		IllegalArgumentException own = new IllegalArgumentException("own");
		Sinks.Empty<Void> gate = Sinks.empty();
		this.probe.on(LlmNewToken.class, (token) -> gate.asMono().then(Mono.error(this.failure)));
		Bench bench = bench(kind).answering(Chunks.tokens("a").concatWith(Flux.error(own)));
		StepVerifier.create(bench.client().prompt("Hi").content())
			.expectNext("a")
			.then(() -> Await.until("the error", this.other::hasEnded))
			.then(gate::tryEmitEmpty)
			.expectErrorSatisfies((ex) -> {
				assertThat(ex).isSameAs(own);
				assertThat(ex.getSuppressed()).noneMatch(CallbackException.class::isInstance);
			})
			.verify(TIMEOUT);
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmError");
		assertThat(bench.statistics().failed()).isEqualTo(1);
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = { "SYNC_INLINE", "ASYNC_INLINE" })
	@DisplayName("G15 G16 a start that takes too long fails the run")
	void shouldFailTheRunWhenTheStartTakesTooLong(HandlerKind kind) {
		this.probe.on(ChatModelStart.class, (start) -> Mono.never());
		Bench bench = Bench
			.of(HandlerKind.ASYNC_CLASS.registration(this.other),
					kind.registration(this.probe, (settings) -> settings.raiseError().timeout(Duration.ofMillis(500))))
			.answering("a");
		StepVerifier.create(bench.client().prompt("Hi").result())
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(CallbackException.class)
				.hasCauseInstanceOf(TimeoutException.class))
			.verify(TIMEOUT);
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmError");
		assertThat(bench.calls()).isZero();
	}

	@Test
	@DisplayName("G15 the first of several failures fails the run, and one terminal event is told")
	void shouldFailOnceWhenSeveralHandlersFail() {
		this.probe.on(LlmNewToken.class, (token) -> Mono.error(this.failure));
		this.other.on(LlmNewToken.class, (token) -> Mono.error(this.failure));
		Bench bench = Bench
			.of(HandlerKind.SYNC_CLASS.registration(this.probe, RAISING),
					HandlerKind.ASYNC_CLASS.registration(this.other, RAISING))
			.answering("a", "b");
		expectFailure(bench);
		for (Probe each : List.of(this.probe, this.other)) {
			assertThat(each.names()).startsWith("ChatModelStart").endsWith("LlmError").containsOnlyOnce("LlmError");
		}
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G15 an error of the virtual machine is not swallowed: it fails the run and reaches the thread")
	void shouldFailTheRunWhenTheVirtualMachineDoes(HandlerKind kind) {
		StackOverflowError error = new StackOverflowError("deep");
		CompletableFuture<Throwable> uncaught = new CompletableFuture<>();
		this.probe.on(LlmNewToken.class, (token) -> {
			Thread.currentThread().setUncaughtExceptionHandler((thread, ex) -> uncaught.complete(ex));
			throw error;
		});
		Bench bench = Bench.of(HandlerKind.ASYNC_CLASS.registration(this.other), kind.registration(this.probe))
			.answering(this.endless);
		try {
			StepVerifier.create(bench.client().prompt("Hi").result())
				.expectErrorSatisfies((ex) -> assertThat(ex).hasCause(error))
				.verify(TIMEOUT);
			assertThat(Await.outcome(uncaught)).isSameAs(error);
		}
		finally {
			Thread.currentThread().setUncaughtExceptionHandler(null);
		}
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmError");
		assertThat(this.other.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmError");
		bench.awaitNoLiveRuns();
	}

	private Bench bench(HandlerKind kind) {
		return Bench.of(HandlerKind.ASYNC_CLASS.registration(this.other), kind.registration(this.probe, RAISING));
	}

	private void expectFailure(Bench bench) {
		StepVerifier.create(bench.client().prompt("Hi").result())
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(CallbackException.class).hasCause(this.failure))
			.verify(TIMEOUT);
	}

}
