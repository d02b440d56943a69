package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.test.Await;
import dev.llmcallbacks.test.Chunks;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for subscribers that leave, in every phase of a run.
 */
class CancellationTests {

	private final Probe probe = new Probe();

	private final Sinks.Empty<Void> gate = Sinks.empty();

	@ParameterizedTest
	@EnumSource
	@DisplayName("G2 before the subscription: there is no run")
	void shouldOpenNoRunWhenNobodySubscribes(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe);
		Flux<ChatChunk> call = bench.client().prompt("Hi").stream();
		call.take(0).blockLast(Await.TIMEOUT);
		Await.until("the end of whatever began", () -> bench.liveRuns() == 0);
		assertThat(bench.calls()).isZero();
		assertThat(this.probe.of(LlmCancel.class)).hasSameSizeAs(this.probe.of(ChatModelStart.class));
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G1 G2 during the subscription: start and cancel, and no call")
	void shouldHearStartAndCancelWhenCancelledDuringTheSubscription(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe);
		bench.client().prompt("Hi").stream().subscribe(new BaseSubscriber<>() {

			@Override
			protected void hookOnSubscribe(Subscription subscription) {
				subscription.cancel();
			}

		});
		assertCancelled(bench, "ChatModelStart", "LlmCancel");
		assertThat(bench.calls()).isZero();
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "SYNC_INLINE")
	@DisplayName("G1 G2 while start handlers run: start and cancel, and no call")
	void shouldHearStartAndCancelWhenCancelledDuringTheStart(HandlerKind kind) {
		this.probe.on(ChatModelStart.class, (start) -> this.gate.asMono());
		Bench bench = Bench.of(kind, this.probe);
		Disposable subscription = bench.client().prompt("Hi").stream().subscribe();
		Await.until("the start", this.probe::hasStarted);
		subscription.dispose();
		assertThat(this.probe.hasEnded()).isFalse();
		this.gate.tryEmitEmpty();
		assertCancelled(bench, "ChatModelStart", "LlmCancel");
		assertThat(bench.calls()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G1 G2 before the first token: a cancel with an empty result, and the call is closed")
	void shouldHearCancelWhenCancelledBeforeTheFirstToken(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe).answering(Flux.never());
		Disposable subscription = bench.client().prompt("Hi").result().subscribe();
		Await.until("the call", () -> bench.calls() == 1);
		subscription.dispose();
		// the model counts a call before its subscription has reached the run
		Await.until("the end of the call", () -> bench.cancelledCalls() == 1);
		assertCancelled(bench, "ChatModelStart", "LlmCancel");
		assertThat(this.probe.of(LlmCancel.class).get(0).result().text()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G1 G2 mid-stream: a cancel with what had arrived, usage included, and the call is closed at once")
	void shouldHearCancelWhenCancelledMidStream(HandlerKind kind) {
		Sinks.Many<ChatChunk> provider = Sinks.many().unicast().onBackpressureBuffer();
		Bench bench = Bench.of(kind, this.probe).answering(provider.asFlux());
		CountDownLatch chunks = new CountDownLatch(3);
		Disposable subscription = bench.client().prompt("Hi").stream().subscribe((chunk) -> chunks.countDown());
		Await.until("the call", () -> bench.calls() == 1);
		provider.tryEmitNext(ChatChunk.text("par"));
		provider.tryEmitNext(ChatChunk.text("tial"));
		provider.tryEmitNext(Chunks.last());
		Await.until("the tokens", () -> this.probe.tokens().equals("partial"));
		Await.zero(chunks);
		subscription.dispose();
		assertThat(bench.cancelledCalls()).isEqualTo(1);
		provider.tryEmitNext(ChatChunk.text("too late"));
		assertCancelled(bench, "ChatModelStart", "LlmNewToken", "LlmNewToken", "LlmCancel");
		LlmCancel cancel = this.probe.of(LlmCancel.class).get(0);
		assertThat(cancel.result().text()).isEqualTo("partial");
		TokenUsage usage = cancel.result().llmOutput().tokenUsage();
		assertThat(usage).isEqualTo(Chunks.USAGE);
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "SYNC_INLINE")
	@DisplayName("G1 while end handlers run: the outcome is decided, and the end is the only one")
	void shouldHearOneEndWhenCancelledDuringTheEnd(HandlerKind kind) {
		this.probe.on(LlmEnd.class, (end) -> this.gate.asMono());
		Bench bench = Bench.of(kind, this.probe).answering("a");
		CountDownLatch completed = new CountDownLatch(1);
		Disposable subscription = bench.client().prompt("Hi").stream().doOnComplete(completed::countDown).subscribe();
		Await.until("the end", this.probe::hasEnded);
		subscription.dispose();
		this.gate.tryEmitEmpty();
		bench.awaitNoLiveRuns();
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmEnd");
		assertThat(completed.getCount()).isEqualTo(1);
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_CLASS", "ASYNC_CLASS", "SYNC_SERIAL", "ASYNC_SERIAL" })
	@DisplayName("G2 G10 while the lanes drain: nothing is decided yet, and the run is cancelled")
	void shouldHearCancelWhenCancelledWhileTheLanesDrain(HandlerKind kind) {
		this.probe.on(LlmNewToken.class, (token) -> this.gate.asMono());
		Bench bench = Bench.of(kind, this.probe).answering("a");
		Disposable subscription = bench.client().prompt("Hi").stream().subscribe();
		Await.until("the token", () -> !this.probe.tokens().isEmpty());
		subscription.dispose();
		this.gate.tryEmitEmpty();
		assertCancelled(bench, "ChatModelStart", "LlmNewToken", "LlmCancel");
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G1 at any moment: one start and one end, whichever comes first")
	void shouldHearOneStartAndOneEndWheneverTheSubscriberLeaves(HandlerKind kind) {
		Scheduler subscribers = Schedulers.newParallel("subscriber");
		Bench bench = Bench.of(kind, this.probe)
			.answering((request) -> Chunks.tokens("a", "b", "c").publishOn(Schedulers.parallel(), 1));
		for (int i = 0; i < 100; i++) {
			Disposable subscription = bench.client().prompt("Hi").stream().subscribeOn(subscribers).subscribe();
			long until = System.nanoTime() + i * 5_000L;
			while (System.nanoTime() < until) {
				Thread.onSpinWait();
			}
			subscription.dispose();
		}
		// a subscription that was disposed of while it began may open its run later
		subscribers.disposeGracefully().block(Await.TIMEOUT);
		bench.awaitNoLiveRuns();
		this.probe.of(ChatModelStart.class).forEach((start) -> {
			assertThat(this.probe.events(start.run().id()).get(0)).isSameAs(start);
			assertThat(this.probe.events(start.run().id())).filteredOn((event) -> event instanceof RunEnd)
				.hasSize(1)
				.first()
				.isSameAs(this.probe.events(start.run().id()).get(this.probe.events(start.run().id()).size() - 1));
		});
		assertThat(this.probe.of(RunEnd.class)).hasSameSizeAs(this.probe.of(ChatModelStart.class));
	}

	@Test
	@DisplayName("G2 a Mono that is timed out by its caller is cancelled, and not failed")
	void shouldHearCancelWhenTheCallerTimesOut() {
		Bench bench = Bench.of(HandlerKind.ASYNC_CLASS, this.probe).answering(Flux.never());
		Mono<String> text = bench.client().prompt("Hi").text().timeout(Duration.ofMillis(30), Mono.just("late"));
		assertThat(text.block(Await.TIMEOUT)).isEqualTo("late");
		assertCancelled(bench, "ChatModelStart", "LlmCancel");
	}

	private void assertCancelled(Bench bench, String... names) {
		Await.until("the end", this.probe::hasEnded);
		bench.awaitNoLiveRuns();
		assertThat(this.probe.names()).containsExactly(names);
	}

}
