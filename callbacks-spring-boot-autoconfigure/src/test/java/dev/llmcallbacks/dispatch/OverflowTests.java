package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import dev.llmcallbacks.callback.LlmCallback.Overflow;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for lanes that are full.
 */
class OverflowTests {

	private static final Duration TIMEOUT = Await.TIMEOUT;

	private static final int TOKENS = 200;

	/** The tokens, and the chunk without text that ends the answer. */
	private static final int CHUNKS = TOKENS + 1;

	private final Sinks.Empty<Void> gate = Sinks.empty();

	private final Probe probe = new Probe().on(LlmNewToken.class, (token) -> this.gate.asMono());

	private final AtomicLong emitted = new AtomicLong();

	private final AtomicLong requested = new AtomicLong();

	private Flux<ChatChunk> answer() {
		return Flux.range(0, TOKENS)
			.map((i) -> chunk(i % 2, i + " "))
			.doOnRequest(this.requested::addAndGet)
			.doOnNext((chunk) -> this.emitted.incrementAndGet());
	}

	private static ChatChunk chunk(int choice, String text) {
		return new ChatChunk(choice, text, null, List.of(), null, null, null, null, null, Map.of());
	}

	private static String textOf(int choice) {
		return Flux.range(0, TOKENS)
			.filter((i) -> i % 2 == choice)
			.map((i) -> i + " ")
			.collect(Collectors.joining())
			.block(TIMEOUT);
	}

	private String heard(int choice) {
		return this.probe.of(LlmNewToken.class)
			.stream()
			.filter((token) -> token.choice() == choice)
			.map(LlmNewToken::token)
			.collect(Collectors.joining());
	}

	@ParameterizedTest
	@EnumSource(
			names = { "SYNC_CLASS", "ASYNC_CLASS", "SYNC_FUNCTION", "ASYNC_FUNCTION", "SYNC_SERIAL", "ASYNC_SERIAL" })
	@DisplayName("G12 BACKPRESSURE: reading from the provider pauses, and nothing is lost")
	void shouldStopReadingWhenTheLaneIsFull(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe, (settings) -> settings.overflow(Overflow.BACKPRESSURE, 4))
			.answering(answer());
		StepVerifier.create(bench.client().prompt("Hi").stream())
			.then(() -> Await.until("a full lane", () -> this.emitted.get() >= 4))
			.then(() -> assertThat(this.requested).hasValueLessThanOrEqualTo(5))
			.then(() -> assertThat(this.emitted).hasValueLessThanOrEqualTo(5))
			.then(this.gate::tryEmitEmpty)
			.expectNextCount(CHUNKS)
			.expectComplete()
			.verify(TIMEOUT);
		assertThat(this.probe.of(LlmNewToken.class)).hasSize(TOKENS);
		assertThat(this.probe.overlaps()).isEmpty();
		assertThat(bench.statistics().deepestLane()).isLessThanOrEqualTo(5);
		assertThat(bench.statistics().dropped()).isZero();
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_CLASS", "ASYNC_CLASS" })
	@DisplayName("G12 BACKPRESSURE holds with the smallest buffer and the slowest subscriber")
	void shouldLoseNothingWithTheSmallestBuffer(HandlerKind kind) {
		this.gate.tryEmitEmpty();
		this.probe.on(LlmNewToken.class, (token) -> Mono.delay(Duration.ofNanos(30_000)).then());
		Bench bench = Bench.of(kind, this.probe, (settings) -> settings.overflow(Overflow.BACKPRESSURE, 1))
			.answering(answer());
		List<ChatChunk> chunks = bench.client().prompt("Hi").stream().limitRate(1).collectList().block(TIMEOUT);
		assertThat(chunks).hasSize(CHUNKS);
		assertThat(this.probe.of(LlmNewToken.class)).hasSize(TOKENS);
		assertThat(bench.statistics().deepestLane()).isLessThanOrEqualTo(2);
	}

	@Test
	@DisplayName("G12 BACKPRESSURE: the slowest of several lanes decides")
	void shouldWaitForTheSlowestLane() {
		Probe fast = new Probe();
		Probe faster = new Probe();
		Bench bench = Bench
			.of(HandlerKind.SYNC_CLASS.registration(fast, (settings) -> settings.overflow(Overflow.BACKPRESSURE, 8)),
					HandlerKind.ASYNC_CLASS.registration(faster),
					HandlerKind.SYNC_CLASS.registration(this.probe,
							(settings) -> settings.overflow(Overflow.BACKPRESSURE, 2)))
			.answering(answer());
		StepVerifier.create(bench.client().prompt("Hi").stream())
			.then(() -> Await.until("a full lane", () -> this.emitted.get() >= 2))
			.then(() -> assertThat(this.emitted).hasValueLessThanOrEqualTo(3))
			.then(this.gate::tryEmitEmpty)
			.expectNextCount(CHUNKS)
			.expectComplete()
			.verify(TIMEOUT);
		for (Probe each : List.of(fast, faster, this.probe)) {
			assertThat(each.of(LlmNewToken.class)).hasSize(TOKENS);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_CLASS", "ASYNC_CLASS", "SYNC_SERIAL", "ASYNC_SERIAL" })
	@DisplayName("G12 COALESCE: waiting tokens of one choice are merged, and the text is the same")
	void shouldMergeTokensWhenTheLaneIsFull(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe, (settings) -> settings.overflow(Overflow.COALESCE, 4))
			.answering(answer());
		StepVerifier.create(bench.client().prompt("Hi").stream())
			.expectNextCount(CHUNKS)
			.then(this.gate::tryEmitEmpty)
			.expectComplete()
			.verify(TIMEOUT);
		assertThat(heard(0)).isEqualTo(textOf(0));
		assertThat(heard(1)).isEqualTo(textOf(1));
		assertThat(this.probe.of(LlmNewToken.class)).hasSizeLessThanOrEqualTo(7)
			.allMatch((token) -> token.chunk().text().equals(token.token()))
			.allMatch((token) -> token.chunk().choice() == token.choice());
		assertThat(bench.statistics().dropped()).isZero();
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_CLASS", "ASYNC_CLASS", "SYNC_SERIAL", "ASYNC_SERIAL" })
	@DisplayName("G12 DROP_OLDEST: the oldest tokens are dropped and counted, and the end is heard")
	void shouldDropAndCountTokensWhenTheLaneIsFull(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe, (settings) -> settings.overflow(Overflow.DROP_OLDEST, 4))
			.answering(answer());
		StepVerifier.create(bench.client().prompt("Hi").stream())
			.expectNextCount(1)
			.then(() -> Await.until("the handler to be inside", () -> !this.probe.tokens().isEmpty()))
			.expectNextCount(CHUNKS - 1)
			.then(this.gate::tryEmitEmpty)
			.expectComplete()
			.verify(TIMEOUT);
		int heard = this.probe.of(LlmNewToken.class).size();
		assertThat(this.probe.of(LlmNewToken.class)).last().extracting(LlmNewToken::token).isEqualTo("199 ");
		assertThat(heard).isLessThanOrEqualTo(6);
		assertThat(bench.statistics().dropped()).isEqualTo(TOKENS - heard);
		assertThat(this.probe.names()).startsWith("ChatModelStart").endsWith("LlmEnd");
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G12 events other than tokens are never merged or dropped; they hold the lane back")
	void shouldKeepOtherEvents(Overflow overflow) {
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe, (settings) -> settings.overflow(overflow, 4))
			.answering(
					(request) -> Flux.range(0, 60)
						.concatMap((i) -> current()
							.doOnNext((run) -> run.emit(new CustomEvent(run.run(), Instant.now(), "e", i)))
							.thenReturn(ChatChunk.text(i + " "))));
		StepVerifier.create(bench.client().prompt("Hi").stream())
			.expectNextCount(1)
			.then(() -> Await.until("the handler to be inside", () -> !this.probe.tokens().isEmpty()))
			.then(this.gate::tryEmitEmpty)
			.expectNextCount(60)
			.expectComplete()
			.verify(TIMEOUT);
		assertThat(this.probe.of(CustomEvent.class)).extracting(CustomEvent::data)
			.containsExactlyElementsOf(Flux.range(0, 60).cast(Object.class).collectList().block(TIMEOUT));
	}

	private static Mono<ActiveRun> current() {
		return Mono.deferContextual((context) -> Mono.just(CurrentRun.contextFrom(context).handle()));
	}

}
