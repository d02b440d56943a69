package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.test.Await;
import dev.llmcallbacks.test.Chunks;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds for every kind of handler.
 */
class HandlerContractTests {

	private static final Duration TIMEOUT = Await.TIMEOUT;

	private final Probe probe = new Probe();

	private final Probe other = new Probe();

	private final Queue<String> order = new ConcurrentLinkedQueue<>();

	@ParameterizedTest
	@EnumSource
	@DisplayName("G1 G7 every event arrives once and in order, with one start and one end")
	void shouldHearEveryEventInOrderWhenTheRunCompletes(HandlerKind kind) {
		String[] tokens = IntStream.range(0, 500).mapToObj((i) -> i + " ").toArray(String[]::new);
		Bench bench = Bench.of(kind, this.probe).answering(tokens);
		LlmResult result = bench.client().prompt("Hi").result().block(TIMEOUT);
		assertThat(result).isNotNull();
		assertThat(this.probe.names()).hasSize(502).startsWith("ChatModelStart").endsWith("LlmEnd");
		assertThat(this.probe.of(LlmNewToken.class)).extracting(LlmNewToken::token).containsExactly(tokens);
		assertThat(this.probe.of(LlmEnd.class).get(0).result()).isEqualTo(result);
		assertThat(this.probe.overlaps()).isEmpty();
		assertThat(bench.statistics().delivered()).isEqualTo(502);
		assertThat(bench.statistics().failed()).isZero();
		bench.awaitNoLiveRuns();
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "SYNC_INLINE")
	@DisplayName("G7 events arrive one at a time, each happening before the next, however long they take")
	void shouldNeverOverlapWhenTheHandlerTakesItsTime(HandlerKind kind) {
		this.probe.react((event) -> Mono.delay(Duration.ofNanos(200_000)).then());
		Bench bench = Bench.of(kind, this.probe)
			.answering(Flux.range(0, 50).map((i) -> ChatChunk.text("x")).publishOn(Schedulers.parallel(), 1));
		bench.client().prompt("Hi").result().block(TIMEOUT);
		assertThat(this.probe.overlaps()).isEmpty();
		assertThat(this.probe.tokens()).isEqualTo("x".repeat(50));
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G10 the provider is called when the start has been heard")
	void shouldAwaitTheStart(HandlerKind kind) {
		this.probe.on(ChatModelStart.class, (start) -> slowly("start heard"));
		Bench bench = Bench.of(kind, this.probe)
			.answering((request) -> Chunks.tokens("a").doOnSubscribe((sub) -> this.order.add("called")));
		bench.client().prompt("Hi").result().subscribeOn(Schedulers.boundedElastic()).block(TIMEOUT);
		assertThat(this.order).containsExactly("start heard", "called");
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "SYNC_INLINE")
	@DisplayName("G10 the caller hears of the end when all handlers have")
	void shouldAwaitTheEnd(HandlerKind kind) {
		this.probe.on(LlmEnd.class, (end) -> slowly("end heard"));
		Bench bench = Bench.of(kind, this.probe);
		bench.client().prompt("Hi").stream().doOnComplete(() -> this.order.add("complete")).blockLast(TIMEOUT);
		assertThat(this.order).containsExactly("end heard", "complete");
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "SYNC_INLINE")
	@DisplayName("G10 nobody hears of the end before every token has been heard")
	void shouldTellTheEndWhenAllLanesHaveDrained(HandlerKind kind) {
		this.probe.on(LlmNewToken.class, (token) -> slowly("token heard"));
		this.other.on(LlmEnd.class, (end) -> Mono.fromRunnable(() -> this.order.add("end")));
		Bench bench = Bench.of(HandlerKind.ASYNC_CLASS.registration(this.other), kind.registration(this.probe))
			.answering("a", "b");
		bench.client().prompt("Hi").result().block(TIMEOUT);
		assertThat(this.order).containsExactly("token heard", "token heard", "end");
	}

	private Mono<Void> slowly(String what) {
		return Mono.delay(Duration.ofMillis(25)).doOnNext((tick) -> this.order.add(what)).then();
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G13 G15 a handler that always fails is counted exactly, and changes nothing else")
	void shouldGoOnWhenTheHandlerFails(HandlerKind kind) {
		this.probe.react((event) -> Mono.error(new IllegalStateException("broken")));
		Bench bench = Bench.of(HandlerKind.ASYNC_CLASS.registration(this.other), kind.registration(this.probe));
		LlmResult result = bench.client().prompt("Hi").result().block(TIMEOUT);
		assertThat(result).isNotNull();
		assertThat(result.text()).isEqualTo("abc");
		List<String> all = List.of("ChatModelStart", "LlmNewToken", "LlmNewToken", "LlmNewToken", "LlmEnd");
		assertThat(this.probe.names()).isEqualTo(all);
		assertThat(this.other.names()).isEqualTo(all);
		assertThat(bench.statistics().failed()).isEqualTo(5);
		assertThat(bench.statistics().delivered()).isEqualTo(5);
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G1 a run that fails is told as one error")
	void shouldHearOneErrorWhenTheModelFails(HandlerKind kind) {
		IllegalStateException failure = new IllegalStateException("broken");
		Bench bench = Bench.of(kind, this.probe).answering(Chunks.tokens("a").take(1).concatWith(Flux.error(failure)));
		StepVerifier.create(bench.client().prompt("Hi").result()).verifyErrorMatches((ex) -> ex == failure);
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmError");
		assertThat(this.probe.of(LlmError.class).get(0).result().text()).isEqualTo("a");
		bench.awaitNoLiveRuns();
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G2 a run whose subscriber leaves is told as one cancel, with what had arrived")
	void shouldHearOneCancelWhenTheSubscriberLeaves(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe).answering(Chunks.tokens("a", "b").take(2).concatWith(Flux.never()));
		StepVerifier.create(bench.client().prompt("Hi").content().take(2))
			.expectNext("a", "b")
			.expectComplete()
			.verify(TIMEOUT);
		Await.until("the end", this.probe::hasEnded);
		bench.awaitNoLiveRuns();
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmNewToken", "LlmCancel");
		assertThat(this.probe.of(LlmCancel.class).get(0).result().text()).isEqualTo("ab");
		assertThat(bench.cancelledCalls()).isEqualTo(1);
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = { "SYNC_PER_ROOT_RUN", "ASYNC_PER_ROOT_RUN" })
	@DisplayName("G17 a handler that is registered more than once is called once an event")
	void shouldBeCalledOnceWhenRegisteredMoreThanOnce(HandlerKind kind) {
		HandlerRegistration registration = kind.registration(this.probe);
		LlmCallbackHandler handler = registration.source().apply(new java.util.HashMap<>()).handler();
		Bench bench = Bench.of(registration, HandlerRegistration.of(handler, registration.settings()));
		bench.client()
			.mutate()
			.callbacks(handler)
			.build()
			.prompt("Hi")
			.callbacks(handler, handler)
			.result()
			.block(TIMEOUT);
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmNewToken", "LlmNewToken",
				"LlmEnd");
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G7 runs are told apart, and are delivered at the same time unless the handler is serial")
	void shouldHearEveryRunWhenManyGoOn(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe);
		Flux.range(0, 40)
			.flatMap((i) -> bench.client().prompt("Hi").result().subscribeOn(Schedulers.parallel()), 20)
			.blockLast(TIMEOUT);
		assertThat(this.probe.overlaps()).isEmpty();
		assertThat(this.probe.events()).hasSize(200);
		this.probe.of(ChatModelStart.class)
			.forEach((start) -> assertThat(this.probe.events(start.run().id())).hasSize(5)
				.last()
				.isInstanceOf(LlmEnd.class));
		bench.awaitNoLiveRuns();
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_SERIAL", "ASYNC_SERIAL" })
	@DisplayName("G7 a serial handler is never entered twice at a time, across all runs")
	void shouldBeEnteredOnceAtATimeWhenSerial(HandlerKind kind) {
		this.probe.react((event) -> Mono.delay(Duration.ofNanos(100_000)).then());
		Bench bench = Bench.of(kind, this.probe);
		Flux.range(0, 20)
			.flatMap((i) -> bench.client().prompt("Hi").result().subscribeOn(Schedulers.parallel()), 20)
			.blockLast(TIMEOUT);
		assertThat(this.probe.mostInside()).isEqualTo(1);
		assertThat(this.probe.events()).hasSize(100);
	}

}
