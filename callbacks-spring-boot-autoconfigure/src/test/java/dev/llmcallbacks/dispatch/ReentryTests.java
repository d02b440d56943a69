package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

import dev.llmcallbacks.callback.LlmCallback.Overflow;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.test.Await;
import dev.llmcallbacks.test.Chunks;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for handlers that open runs in their callbacks.
 */
class ReentryTests {

	private static final Duration TIMEOUT = Await.TIMEOUT;

	private final Probe probe = new Probe();

	private final Probe other = new Probe();

	private Bench bench;

	private Mono<Void> ask() {
		return this.bench.client().prompt("Inside").result().then();
	}

	private Mono<Void> askBlocking() {
		return Mono.fromRunnable(() -> this.bench.client().prompt("Inside").result().block(TIMEOUT));
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G18 a handler hears nothing of a run that it opens, and others hear all of it")
	void shouldNotHearARunOfItsOwn(HandlerKind kind) {
		this.probe.react((event) -> ask());
		this.bench = Bench.of(kind.registration(this.probe), HandlerKind.ASYNC_CLASS.registration(this.other))
			.answering("a", "b");
		Mono.defer(() -> this.bench.client().prompt("Hi").result())
			.subscribeOn(Schedulers.boundedElastic())
			.block(TIMEOUT);
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmNewToken", "LlmEnd");
		Await.until("all ends", () -> this.other.of(RunEnd.class).size() == 5);
		this.bench.awaitNoLiveRuns();
		assertThat(this.other.events()).hasSize(20);
		assertThat(this.other.overlaps()).isEmpty();
		assertChildren();
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_CLASS", "SYNC_FUNCTION", "SYNC_LOCKSTEP", "SYNC_INLINE", "SYNC_SERIAL",
			"SYNC_PER_ROOT_RUN" })
	@DisplayName("G18 a handler may wait for a run that it opens")
	void shouldBeAbleToWaitForARunOfItsOwn(HandlerKind kind) {
		this.probe.react((event) -> askBlocking());
		this.bench = Bench.of(kind.registration(this.probe), HandlerKind.SYNC_SERIAL.registration(this.other))
			.answering("a", "b");
		Mono.defer(() -> this.bench.client().prompt("Hi").result())
			.subscribeOn(Schedulers.boundedElastic())
			.block(TIMEOUT);
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmNewToken", "LlmEnd");
		assertThat(this.bench.statistics().failed()).isZero();
		this.bench.awaitNoLiveRuns();
		assertThat(this.other.events()).hasSize(20);
		assertChildren();
	}

	private void assertChildren() {
		List<ChatModelStart> starts = this.other.of(ChatModelStart.class);
		ChatModelStart root = this.probe.of(ChatModelStart.class).get(0);
		assertThat(starts.stream().filter((start) -> root.run().id().equals(start.run().parentId()))).hasSize(4);
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_SERIAL", "ASYNC_SERIAL", "SYNC_CLASS", "ASYNC_CLASS" })
	@DisplayName("G18 two handlers whose callbacks open runs that the other hears wait for nobody")
	void shouldNotWaitForEachOther(HandlerKind kind) {
		this.probe.react((event) -> kind.isSync() ? askBlocking() : ask());
		this.other.react((event) -> kind.isSync() ? askBlocking() : ask());
		this.bench = Bench.of(kind.registration(this.probe), kind.registration(this.other)).answering("a");
		Flux.range(0, 6).flatMap((i) -> this.bench.client().prompt("Hi").result(), 6).blockLast(TIMEOUT);
		this.bench.awaitNoLiveRuns();
		assertThat(this.bench.manager().statistics()).allMatch((statistics) -> statistics.failed() == 0);
		for (Probe each : List.of(this.probe, this.other)) {
			// each hears the roots, and what the other opened in them; what is opened in
			// there is heard by none
			assertThat(each.of(RunEnd.class)).hasSize(6 + 6 * 3);
			assertThat(each.overlaps()).isEmpty();
		}
	}

	@Test
	@DisplayName("G18 eight blocked callbacks on a pool of eight do not wait for a ninth thread")
	void shouldNotStarveWhenAllThreadsAreInsideCallbacks() throws Exception {
		ThreadPoolTaskExecutor pool = new ThreadPoolTaskExecutor();
		pool.setCorePoolSize(8);
		pool.setMaxPoolSize(8);
		pool.setQueueCapacity(1000);
		pool.initialize();
		CyclicBarrier all = new CyclicBarrier(8);
		this.probe.on(LlmNewToken.class, (token) -> Mono.<Void>fromCallable(() -> {
			all.await(10, TimeUnit.SECONDS);
			return null;
		}).then(askBlocking()));
		try {
			this.bench = Bench
				.of(pool, HandlerKind.SYNC_CLASS.registration(this.other),
						HandlerKind.SYNC_CLASS.registration(this.probe))
				.answering("a");
			Flux.range(0, 8).flatMap((i) -> this.bench.client().prompt("Hi").result(), 8).blockLast(TIMEOUT);
			this.bench.awaitNoLiveRuns();
			assertThat(this.bench.statistics().failed()).isZero();
			assertThat(this.other.of(LlmEnd.class)).hasSize(16);
		}
		finally {
			pool.shutdown();
		}
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = { "SYNC_INLINE", "ASYNC_INLINE" })
	@DisplayName("G18 a run opened inside a callback waits for no handler: not at its start, nor for room, nor at its end")
	void shouldNotWaitForHandlersInsideACallback(HandlerKind kind) {
		this.other.react((event) -> Mono.never());
		this.probe.on(ChatModelStart.class, (start) -> ask());
		this.bench = Bench
			.of(kind.registration(this.other,
					(settings) -> settings.tags("inside")
						.timeout(Duration.ofMillis(100))
						.overflow(Overflow.BACKPRESSURE, 1)),
					HandlerKind.ASYNC_CLASS.registration(this.probe))
			.answering("a", "b", "c", "d", "e", "f");
		this.probe.on(ChatModelStart.class,
				(start) -> this.bench.client().prompt("Inside").tags("inside").result().then());
		this.bench.client().prompt("Hi").result().block(Await.TIMEOUT);
		assertThat(this.probe.names()).hasSize(8);
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_CLASS", "ASYNC_CLASS", "SYNC_LOCKSTEP", "ASYNC_LOCKSTEP" })
	@DisplayName("G18 inside a callback LOCKSTEP acts as BUFFERED and BACKPRESSURE as COALESCE, whatever fills the lane")
	void shouldMergeWhatAHandlerHasNoRoomForInsideACallback(HandlerKind kind) {
		Sinks.Empty<Void> gate = Sinks.empty();
		this.other.react((event) -> gate.asMono());
		this.bench = Bench
			.of(kind.registration(this.other, (settings) -> settings.tags("inside").overflow(Overflow.BACKPRESSURE, 1)),
					HandlerKind.ASYNC_CLASS.registration(this.probe))
			.answering((request) -> this.bench.manager()
				.customEvent("fills the lane", 1)
				.thenMany(Chunks.tokens("a", "b", "c", "d")));
		CountDownLatch inside = new CountDownLatch(1);
		this.probe.on(ChatModelStart.class,
				(start) -> this.bench.client()
					.prompt("Inside")
					.tags("inside")
					.result()
					.doOnSuccess((result) -> inside.countDown())
					.then());
		this.bench.client().prompt("Hi").result().subscribe();
		Await.zero(inside);
		gate.tryEmitEmpty();
		this.bench.awaitNoLiveRuns();
		assertThat(this.other.names()).containsExactly("ChatModelStart", "CustomEvent", "LlmNewToken", "LlmEnd");
		assertThat(this.other.tokens()).isEqualTo("abcd");
	}

	@Test
	@DisplayName("G18 a handler hears no run at any depth inside its callback, whatever carried the mark")
	void shouldNotHearRunsAtAnyDepth() {
		this.probe.on(ChatModelStart.class, (start) -> this.bench.manager()
			.run("outer", "in", Mono.defer(() -> this.bench.manager().run("middle", "in", () -> {
				this.bench.client().prompt("Deep").result().block(TIMEOUT);
				return 1;
			})))
			.then());
		this.bench = Bench
			.of(HandlerKind.ASYNC_FUNCTION.registration(this.probe),
					HandlerKind.ASYNC_FUNCTION.registration(this.other))
			.answering("a");
		this.bench.client().prompt("Hi").result().block(TIMEOUT);
		this.bench.awaitNoLiveRuns();
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmEnd");
		assertThat(this.other.of(CallbackEvent.class).stream().map((event) -> event.run().name()).distinct())
			.contains("outer", "middle");
		List<CallbackEvent> deep = new ArrayList<>(this.other.events());
		deep.removeIf((event) -> event.run().parentId() == null);
		assertThat(deep).hasSize(7);
	}

	@Test
	@DisplayName("G18 G7 a callback that tells its own run an event hears it when it has returned")
	void shouldQueueAnEventThatACallbackTells() {
		this.probe.on(ChatModelStart.class, (start) -> this.bench.manager().customEvent("own", 1));
		this.bench = Bench.of(HandlerKind.SYNC_INLINE, this.probe).answering("a");
		this.bench.client().prompt("Hi").result().block(TIMEOUT);
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "CustomEvent", "LlmNewToken", "LlmEnd");
		assertThat(this.probe.overlaps()).isEmpty();
	}

	@Test
	@DisplayName("G18 G3 a run opened in the callback of a terminal event is told to the others after that event")
	void shouldOpenARunInTheCallbackOfTheEnd() {
		this.probe.on(RunEnd.class, (end) -> ask());
		this.bench = Bench
			.of(HandlerKind.ASYNC_CLASS.registration(this.probe), HandlerKind.SYNC_CLASS.registration(this.other))
			.answering(
					(request) -> Stream.of("Inside").anyMatch((text) -> request.messages().get(0).text().equals(text))
							? Chunks.tokens("x") : Flux.error(new IllegalStateException("broken")));
		this.bench.client().prompt("Hi").result().onErrorComplete().block(TIMEOUT);
		Await.until("both ends", () -> this.other.of(RunEnd.class).size() == 2);
		assertThat(this.other.names()).containsExactly("ChatModelStart", "LlmError", "ChatModelStart", "LlmNewToken",
				"LlmEnd");
		this.bench.awaitNoLiveRuns();
	}

}
