package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for runs whose work may block.
 */
class InPlaceBeginningTests {

	private static final RunSpec SPEC = new RunSpec(RunType.LLM, "stream", RunOptions.NONE).beginningInPlace();

	private final Probe probe = new Probe();

	private final Queue<String> begun = new ConcurrentLinkedQueue<>();

	/** Work that fails on a thread that must not block, both when it begins and later. */
	private Flux<String> blockingWork() {
		return Flux.defer(() -> {
			this.begun.add(Thread.currentThread().getName() + " in " + CurrentRun.get().map(Run::name).orElse("none"));
			Mono.delay(Duration.ofNanos(1)).block(Await.TIMEOUT);
			return Flux.just("a", "b", "c");
		});
	}

	private Flux<String> run(Bench bench) {
		return bench.manager().run(SPEC, new CountingEvents(), (run) -> blockingWork());
	}

	private static void slow(Probe probe) {
		probe.react((event) -> Mono.delay(Duration.ofMillis(2)).then());
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 the work is begun on the thread that subscribes, after the start has been finished")
	void shouldBeginWhereItIsSubscribedTo(HandlerKind kind) {
		if (!kind.isInline()) {
			slow(this.probe);
		}
		Bench bench = Bench.of(kind, this.probe);
		assertThat(run(bench).collectList().block(Await.TIMEOUT)).containsExactly("a", "b", "c");
		assertThat(this.begun).containsExactly(Thread.currentThread().getName() + " in stream");
		assertThat(CurrentRun.get()).isEmpty();
		bench.awaitNoLiveRuns();
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_CLASS", "ASYNC_CLASS", "SYNC_LOCKSTEP", "ASYNC_LOCKSTEP", "SYNC_SERIAL" })
	@DisplayName("G38 items and the end never arrive on a thread that must not block because of handlers")
	void shouldGoOnWhereItMayBlock(HandlerKind kind) {
		slow(this.probe);
		Bench bench = Bench.of(kind, this.probe);
		Flux<String> downstream = run(bench).doOnNext((item) -> Mono.delay(Duration.ofNanos(1)).block(Await.TIMEOUT))
			.doOnComplete(() -> Mono.delay(Duration.ofNanos(1)).block(Await.TIMEOUT));
		assertThat(downstream.collectList().block(Await.TIMEOUT)).containsExactly("a", "b", "c");
	}

	@Test
	@DisplayName("G38 a subscriber that must not block does not wait, and the work is begun where it may")
	void shouldBeginElsewhereWhenTheSubscriberMustNotBlock() {
		CountDownLatch subscribed = new CountDownLatch(1);
		this.probe.on(ChatModelStart.class, (start) -> Mono.fromRunnable(() -> Await.zero(subscribed)));
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe);
		CompletableFuture<List<String>> items = Mono.fromCallable(() -> run(bench).collectList().toFuture())
			.subscribeOn(Schedulers.parallel())
			.block(Await.TIMEOUT);
		subscribed.countDown();
		assertThat(Await.outcome(items)).hasSize(3);
		assertThat(this.begun).singleElement().asString().startsWith("boundedElastic").endsWith(" in stream");
	}

	@Test
	@DisplayName("G38 a subscriber whose demand decides about the start does not wait for itself")
	void shouldNotWaitForDemandOfTheSubscriber() {
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe);
		StepVerifier.create(bench.manager().events(run(bench)), 0)
			.thenRequest(10)
			.expectNextCount(5)
			.expectComplete()
			.verify(Await.TIMEOUT);
	}

	@Test
	@DisplayName("G2 a subscriber that leaves during the start is released, and the work is not begun")
	void shouldNotBeginWhenCancelledDuringTheStart() throws InterruptedException {
		CountDownLatch released = new CountDownLatch(1);
		this.probe.on(ChatModelStart.class, (start) -> Mono.fromRunnable(() -> Await.zero(released)));
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe);
		AtomicReference<Disposable> subscription = new AtomicReference<>();
		Thread subscriber = new Thread(
				() -> run(bench).doOnSubscribe((upstream) -> subscription.set(upstream::cancel)).subscribe());
		subscriber.start();
		Await.until("the start", this.probe::hasStarted);
		subscription.get().dispose();
		subscriber.join(Await.TIMEOUT.toMillis());
		assertThat(subscriber.isAlive()).isFalse();
		released.countDown();
		bench.awaitNoLiveRuns();
		assertThat(this.begun).isEmpty();
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmCancel");
	}

	@Test
	@DisplayName("G15 a veto releases the subscriber, and the work is not begun")
	void shouldNotBeginWhenAHandlerVetoes() {
		this.probe.on(ChatModelStart.class, (start) -> Mono.error(new IllegalStateException("veto")));
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe, TestSettings::raiseError);
		assertThatExceptionOfType(CallbackException.class).isThrownBy(() -> run(bench).blockLast(Await.TIMEOUT));
		assertThat(this.begun).isEmpty();
	}

	@Test
	@DisplayName("G2 the run is cancelled while its subscriber waits")
	void shouldReleaseTheSubscriberWhenTheRunIsCancelled() {
		CountDownLatch cancelled = new CountDownLatch(1);
		this.probe.on(ChatModelStart.class, (start) -> Mono.fromRunnable(() -> Await.zero(cancelled)));
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe);
		Thread canceller = new Thread(() -> {
			Await.until("the start", this.probe::hasStarted);
			bench.manager().cancel(this.probe.of(RunStart.class).get(0).run().id());
			cancelled.countDown();
		});
		canceller.start();
		assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> run(bench).blockLast(Await.TIMEOUT));
		assertThat(this.begun).isEmpty();
	}

	@Test
	@DisplayName("G38 an interrupted subscriber waits no longer, and the work is begun where it may block")
	void shouldBeginElsewhereWhenInterrupted() {
		CountDownLatch released = new CountDownLatch(1);
		this.probe.on(ChatModelStart.class, (start) -> Mono.fromRunnable(() -> Await.zero(released)));
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe);
		CountDownLatch ended = new CountDownLatch(1);
		Thread.currentThread().interrupt();
		run(bench).doFinally((signal) -> ended.countDown()).subscribe();
		assertThat(Thread.interrupted()).isTrue();
		released.countDown();
		Await.zero(ended);
		assertThat(this.begun).singleElement().asString().startsWith("boundedElastic");
	}

	@Test
	@DisplayName("G1 work that throws when it is begun fails the run")
	void shouldFailWhenTheWorkThrows() {
		slow(this.probe);
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe);
		Flux<String> run = bench.manager().run(SPEC, new CountingEvents(), (active) -> {
			throw new IllegalArgumentException("no work");
		});
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> run.blockLast(Await.TIMEOUT));
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmError");
	}

	@Test
	@DisplayName("G11 demand and backpressure are those of any other run")
	void shouldFollowDemand() {
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe);
		StepVerifier.create(run(bench), 0)
			.thenRequest(1)
			.expectNext("a")
			.thenRequest(1)
			.expectNext("b")
			.thenCancel()
			.verify(Await.TIMEOUT);
		bench.awaitNoLiveRuns();
		assertThat(this.probe.of(LlmNewToken.class)).extracting(LlmNewToken::token).isEqualTo(List.of("a", "b"));
	}

}
