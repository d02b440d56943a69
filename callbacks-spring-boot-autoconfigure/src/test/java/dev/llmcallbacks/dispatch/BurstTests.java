package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import dev.llmcallbacks.callback.LlmCallback.Overflow;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.test.Await;
import dev.llmcallbacks.test.Chunks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for items that arrive several at a time.
 */
class BurstTests {

	private static final Duration TIMEOUT = Await.TIMEOUT;

	private static final String[] TOKENS = IntStream.range(0, 400).mapToObj((i) -> i + " ").toArray(String[]::new);

	private static final String TEXT = String.join("", TOKENS);

	private final Probe probe = new Probe();

	@ParameterizedTest
	@EnumSource
	@DisplayName("G7 every handler hears every token of every burst, in order, and so does the subscriber")
	void shouldPassOnWhatComesInBursts(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe).bursting(40, TOKENS);
		List<String> received = bench.client().prompt("Hi").content().collectList().block(TIMEOUT);
		assertThat(received).containsExactly(TOKENS);
		assertThat(this.probe.tokens()).isEqualTo(TEXT);
		assertThat(this.probe.names()).hasSize(TOKENS.length + 2).startsWith("ChatModelStart").endsWith("LlmEnd");
		assertThat(this.probe.overlaps()).isEmpty();
		bench.awaitNoLiveRuns();
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G2 who leaves in the middle of a burst leaves a result with what was taken, and nothing else was told")
	void shouldEndWhereTheSubscriberLeft(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe).bursting(10, TOKENS);
		bench.client().prompt("Hi").content().takeUntil("32 "::equals).blockLast(TIMEOUT);
		bench.awaitNoLiveRuns();
		String taken = TEXT.substring(0, TEXT.indexOf("33 "));
		assertThat(this.probe.tokens()).isEqualTo(taken);
		assertThat(this.probe.of(LlmCancel.class)).singleElement()
			.extracting((cancel) -> cancel.result().text())
			.isEqualTo(taken);
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_CLASS", "ASYNC_CLASS", "SYNC_INLINE", "ASYNC_LOCKSTEP" })
	@DisplayName("G11 no more of a burst is noted, told and passed on than the subscriber asked for")
	void shouldKeepToTheDemand(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe).bursting(10, TOKENS);
		StepVerifier.create(bench.client().prompt("Hi").content(), 0)
			.thenRequest(3)
			.expectNext("0 ", "1 ", "2 ")
			.then(() -> Await.until("three tokens", () -> this.probe.tokens().equals("0 1 2 ")))
			.thenRequest(9)
			.expectNextCount(9)
			.thenCancel()
			.verify(TIMEOUT);
		bench.awaitNoLiveRuns();
		assertThat(this.probe.of(LlmNewToken.class)).hasSize(12);
		assertThat(this.probe.of(LlmCancel.class).get(0).result().text()).isEqualTo(this.probe.tokens());
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_CLASS", "ASYNC_CLASS", "SYNC_SERIAL", "ASYNC_SERIAL" })
	@DisplayName("G12 BACKPRESSURE: of a burst that is larger than the lane, the rest waits, and so does the provider")
	void shouldHoldTheRestOfABurstBackWhenTheLaneIsFull(HandlerKind kind) {
		Sinks.Empty<Void> gate = Sinks.empty();
		this.probe.on(LlmNewToken.class, (token) -> gate.asMono());
		AtomicInteger received = new AtomicInteger();
		AtomicLong produced = new AtomicLong();
		Bench bench = Bench.of(kind, this.probe, (settings) -> settings.overflow(Overflow.BACKPRESSURE, 16))
			.bursting(50, Chunks.tokens(TOKENS).doOnNext((chunk) -> produced.incrementAndGet()));
		Mono<List<String>> answer = bench.client()
			.prompt("Hi")
			.content()
			.doOnNext((text) -> received.incrementAndGet())
			.collectList()
			.cache();
		answer.subscribe();
		Await.until("a full lane", () -> received.get() >= 16);
		assertThat(Mono.delay(Duration.ofMillis(50)).map((tick) -> received.get()).block(TIMEOUT)).isBetween(16, 17);
		assertThat(produced).hasValue(50);
		gate.tryEmitEmpty();
		assertThat(answer.block(TIMEOUT)).containsExactly(TOKENS);
		assertThat(this.probe.tokens()).isEqualTo(TEXT);
		assertThat(bench.statistics().deepestLane()).isLessThanOrEqualTo(17);
	}

	@ParameterizedTest
	@EnumSource(names = { "COALESCE", "DROP_OLDEST" })
	@DisplayName("G12 a full lane gives way in the middle of a burst as well")
	void shouldGiveWayInABurst(Overflow overflow) {
		Sinks.Empty<Void> gate = Sinks.empty();
		this.probe.on(LlmNewToken.class, (token) -> gate.asMono());
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe, (settings) -> settings.overflow(overflow, 16))
			.bursting(50, TOKENS);
		StepVerifier.create(bench.client().prompt("Hi").content())
			.expectNextCount(TOKENS.length)
			.then(gate::tryEmitEmpty)
			.expectComplete()
			.verify(TIMEOUT);
		int heard = this.probe.of(LlmNewToken.class).size();
		assertThat(heard).isLessThanOrEqualTo(150);
		if (overflow == Overflow.COALESCE) {
			assertThat(this.probe.tokens()).isEqualTo(TEXT);
		}
		else {
			assertThat(bench.statistics().dropped()).isEqualTo(TOKENS.length - heard);
		}
	}

	@Test
	@DisplayName("G13 a blocking handler hears of a token although the subscriber is still busy with that token")
	void shouldNotMakeBlockingHandlersWaitForTheSubscriber() {
		CountDownLatch heard = new CountDownLatch(3);
		this.probe.on(LlmNewToken.class, (token) -> Mono.fromRunnable(heard::countDown));
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe).bursting(10, onThreadsThatMayBlock());
		List<String> received = new CopyOnWriteArrayList<>();
		bench.client().prompt("Hi").content().doOnNext(received::add).doOnNext((text) -> {
			if (received.size() == 3) {
				Await.zero(heard);
			}
		}).blockLast(TIMEOUT);
		assertThat(received).containsExactly(TOKENS);
	}

	@Test
	@DisplayName("G13 so it does although the subscriber was busy with an earlier token of the burst, too")
	void shouldNotMakeBlockingHandlersWaitForTheSubscriberASecondTime() {
		List<CountDownLatch> heard = Stream.generate(() -> new CountDownLatch(1)).limit(TOKENS.length).toList();
		Iterator<CountDownLatch> next = heard.iterator();
		this.probe.on(LlmNewToken.class, (token) -> Mono.fromRunnable(() -> next.next().countDown()));
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe).bursting(10, onThreadsThatMayBlock());
		List<String> received = new CopyOnWriteArrayList<>();
		bench.client()
			.prompt("Hi")
			.content()
			.doOnNext(received::add)
			.doOnNext((text) -> Await.zero(heard.get(received.size() - 1)))
			.blockLast(TIMEOUT);
		assertThat(received).containsExactly(TOKENS);
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_CLASS", "ASYNC_CLASS", "SYNC_SERIAL" })
	@DisplayName("G1 G2 cancelled by another thread while the subscriber is busy in a burst: told tokens, then the end")
	void shouldTellWhatWasPassedOnBeforeTheEndOfAnotherThread(HandlerKind kind) {
		CountDownLatch cancelled = new CountDownLatch(1);
		AtomicReference<Disposable> subscription = new AtomicReference<>();
		Bench bench = Bench.of(kind, this.probe).bursting(10, onThreadsThatMayBlock());
		List<String> received = new CopyOnWriteArrayList<>();
		subscription.set(bench.client().prompt("Hi").content().subscribe((text) -> {
			received.add(text);
			if (received.size() == 15) {
				Await.zero(cancelled);
			}
		}));
		Await.until("the middle of a burst", () -> received.size() == 15);
		subscription.get().dispose();
		Await.until("the end", this.probe::hasEnded);
		cancelled.countDown();
		bench.awaitNoLiveRuns();
		assertThat(received).hasSize(15);
		assertThat(this.probe.names()).hasSize(17).endsWith("LlmCancel");
		assertThat(this.probe.of(LlmCancel.class).get(0).result().text()).isEqualTo(String.join("", received));
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = { "SYNC_INLINE", "ASYNC_INLINE" })
	@DisplayName("G7 an event that is told in the middle of a burst keeps its place among the tokens")
	void shouldKeepThePlaceOfOtherEvents(HandlerKind kind) {
		AtomicReference<RunHandle> live = new AtomicReference<>();
		Bench bench = Bench.of(kind, this.probe).bursting(10, telling(live));
		List<Integer> told = new ArrayList<>();
		bench.client().prompt("Hi").content().index((index, text) -> index).doOnNext((index) -> {
			if (index % 7 == 3) {
				told.add(index.intValue() + 1);
				emit(live.get(), index.intValue() + 1);
			}
		}).blockLast(TIMEOUT);
		int tokens = 0;
		List<Integer> heard = new ArrayList<>();
		for (CallbackEvent event : this.probe.events()) {
			tokens += (event instanceof LlmNewToken) ? 1 : 0;
			if (event instanceof CustomEvent custom) {
				assertThat(custom.data()).isEqualTo(tokens);
				heard.add(tokens);
			}
		}
		assertThat(heard).isEqualTo(told);
	}

	private static Flux<ChatChunk> onThreadsThatMayBlock() {
		return Chunks.tokens(TOKENS).subscribeOn(Schedulers.boundedElastic());
	}

	private static void emit(RunHandle run, int tokensBefore) {
		run.emit(new CustomEvent(run.run(), Instant.now(), "after", tokensBefore));
	}

	private static Flux<ChatChunk> telling(AtomicReference<RunHandle> live) {
		return Flux.deferContextual((context) -> {
			live.set(CurrentRun.contextFrom(context).handle());
			return Chunks.tokens(TOKENS);
		});
	}

	@Test
	@DisplayName("G3 a run that is opened in the middle of a burst follows the tokens before it")
	void shouldOpenAChildAfterTheTokensBeforeIt() {
		AtomicReference<RunHandle> live = new AtomicReference<>();
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe).bursting(10, telling(live));
		Mono<Integer> child = bench.manager().run("child", "in", Mono.just(1));
		bench.client().prompt("Hi").content().index((index, text) -> index).doOnNext((index) -> {
			if (index == 44) {
				child.contextWrite(live.get().reactorContext()).subscribe();
			}
		}).blockLast(TIMEOUT);
		List<String> names = this.probe.names();
		assertThat(names.subList(0, names.indexOf("ChainStart"))).filteredOn("LlmNewToken"::equals)
			.hasSizeGreaterThanOrEqualTo(45);
		assertThat(this.probe.of(ChainStart.class)).hasSize(1);
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_CLASS", "ASYNC_CLASS", "SYNC_LOCKSTEP" })
	@DisplayName("G1 what came before a failure is passed on before it")
	void shouldPassOnABurstBeforeTheFailure(HandlerKind kind) {
		Flux<ChatChunk> broken = Chunks.tokens(TOKENS)
			.take(25)
			.concatWith(Flux.error(new IllegalStateException("broken")));
		Bench bench = Bench.of(kind, this.probe);
		List<String> received = new CopyOnWriteArrayList<>();
		StepVerifier.create(bench.bursting(10, broken).client().prompt("Hi").content().doOnNext(received::add).then())
			.expectErrorMessage("broken")
			.verify(TIMEOUT);
		assertThat(received).hasSize(20);
		assertThat(this.probe.of(LlmNewToken.class)).hasSize(20);
		assertThat(this.probe.of(LlmError.class)).hasSize(1);
	}

	@Test
	@DisplayName("G1 a subscriber that throws ends the run as failed, and is told nothing more")
	void shouldFailWhenTheSubscriberThrows() {
		Bench bench = Bench.of(HandlerKind.ASYNC_CLASS, this.probe).bursting(10, TOKENS);
		assertThatExceptionOfType(StackOverflowError.class)
			.isThrownBy(() -> bench.client().prompt("Hi").content().subscribe(new ThrowingSubscriber()));
		bench.awaitNoLiveRuns();
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmError");
	}

	@ParameterizedTest
	@CsvSource({ "1, 20", "3, 20", "4, 20", "40, 20", "1, 1", "40, 1" })
	@DisplayName("G7 G8 the lanes of many runs are drained on the executor's threads, each in order")
	void shouldDrainTheLanesOfManyRuns(int runs, int burst) {
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe).bursting(burst, paced(burst));
		Flux.range(0, runs).flatMap((i) -> bench.client().prompt("Hi").result(), runs).blockLast(TIMEOUT);
		bench.awaitNoLiveRuns();
		assertThat(this.probe.threads()).allMatch((thread) -> thread.getName().startsWith("llm-callback-"));
		assertThat(this.probe.overlaps()).isEmpty();
		assertThat(this.probe.of(LlmNewToken.class)).hasSize(runs * 400);
		this.probe.events()
			.stream()
			.map((event) -> event.run().id())
			.distinct()
			.forEach((id) -> assertThat(this.probe.events(id)).filteredOn(LlmNewToken.class::isInstance)
				.extracting((event) -> ((LlmNewToken) event).token())
				.containsExactly(TOKENS));
	}

	@ParameterizedTest
	@CsvSource({ "'100 ', 20", "'399 ', 20", "'100 ', 1", "'399 ', 1" })
	@DisplayName("G13 a handler that is stuck in one of many runs holds up none of the others")
	void shouldHoldUpNoOtherRunWhenOneIsStuck(String token, int burst) {
		CountDownLatch gate = new CountDownLatch(1);
		AtomicInteger stuck = new AtomicInteger();
		this.probe.on(LlmNewToken.class, (event) -> {
			boolean first = event.token().equals(token) && stuck.compareAndSet(0, 1);
			return first ? Mono.fromRunnable(() -> Await.zero(gate)) : Mono.empty();
		});
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe).bursting(burst, paced(burst));
		AtomicInteger ended = new AtomicInteger();
		Flux<?> all = Flux.range(0, 40)
			.flatMap((i) -> bench.client().prompt("Hi").result().doOnNext((result) -> ended.incrementAndGet()), 40)
			.cache();
		all.subscribe();
		Await.until("all others", () -> ended.get() == 39);
		gate.countDown();
		all.blockLast(TIMEOUT);
		assertThat(this.probe.of(LlmNewToken.class)).hasSize(40 * 400);
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G2 who is busy with an item of a burst is told of the run's end only afterwards")
	void shouldTellOfTheEndAfterTheItem(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe).bursting(10, TOKENS);
		AtomicReference<Boolean> endedInItem = new AtomicReference<>();
		List<String> signals = new CopyOnWriteArrayList<>();
		bench.client().prompt("Hi").stream().subscribe((chunk) -> {
			if (chunk.text().equals("15 ")) {
				bench.manager().cancel(bench.manager().openRuns().get(0).id());
				long deadline = System.nanoTime() + Duration.ofMillis(100).toNanos();
				boolean over = false;
				while (!over) {
					// the thread may be one that must not block
					over = bench.manager().openRuns().isEmpty() || System.nanoTime() > deadline;
				}
				endedInItem.set(!signals.isEmpty());
			}
		}, (error) -> signals.add("error"), () -> signals.add("complete"));
		Await.until("the end", () -> !signals.isEmpty());
		assertThat(endedInItem).hasValue(false);
		assertThat(signals).containsExactly("error");
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("What was delivered is counted when the lane is empty, and not only when the run ends")
	void shouldCountWhileTheRunGoesOn(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe)
			.bursting(5, Flux.fromArray(TOKENS).take(10).map(ChatChunk::text).concatWith(Flux.never()));
		Disposable call = bench.client().prompt("Hi").stream().subscribe();
		Await.until("the start and ten tokens", () -> bench.manager().statistics().get(0).delivered() == 11);
		call.dispose();
		bench.awaitNoLiveRuns();
	}

	private static Flux<ChatChunk> paced(int burst) {
		return Flux.range(0, TOKENS.length / burst)
			.concatMap((i) -> Mono.delay(Duration.ofNanos(200_000))
				.flatMapIterable((tick) -> List.of(TOKENS).subList(i * burst, (i + 1) * burst)), 1)
			.map(ChatChunk::text);
	}

	private static final class ThrowingSubscriber extends BaseSubscriber<String> {

		@Override
		protected void hookOnNext(String value) {
			throw new StackOverflowError("not caught by Reactor");
		}

	}

}
