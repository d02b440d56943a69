package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.context.ContextRegistry;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import dev.llmcallbacks.callback.LlmCallback.Overflow;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for runs that are fed by hand.
 */
class OpenRunTests {

	private static final RunSpec SPEC = new RunSpec(RunType.LLM, "by hand", RunOptions.NONE);

	private final Probe probe = new Probe();

	private static OpenRun<String> open(Bench bench) {
		return bench.manager().open(SPEC, new CountingEvents());
	}

	private static <T> T join(CompletionStage<T> stage) {
		return Await.outcome(stage);
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G1 G7 G10 every item in order, between the start and the one end of every handler")
	void shouldDeliverEveryItem(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe);
		OpenRun<String> run = open(bench);
		for (int i = 0; i < 50; i++) {
			run.accept(i + " ");
		}
		run.complete();
		run.accept("too late");
		run.fail(new IllegalStateException("too late"));
		join(run.ended());
		assertThat(this.probe.names().get(0)).isEqualTo("ChatModelStart");
		assertThat(this.probe.of(LlmNewToken.class)).hasSize(50);
		assertThat(this.probe.tokens()).startsWith("0 1 2 ").endsWith("49 ");
		assertThat(this.probe.of(RunEnd.class)).singleElement().isInstanceOf(LlmEnd.class);
		bench.awaitNoLiveRuns();
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_CLASS", "ASYNC_CLASS", "SYNC_LOCKSTEP", "SYNC_SERIAL" })
	@DisplayName("G10 has started when every handler has finished the start, and waits for nobody before")
	void shouldStartWhenHandlersHaveFinishedTheStart(HandlerKind kind) {
		CountDownLatch released = new CountDownLatch(1);
		this.probe.on(ChatModelStart.class, (start) -> Mono.<Void>fromRunnable(() -> Await.zero(released))
			.subscribeOn(Schedulers.boundedElastic()));
		Bench bench = Bench.of(kind, this.probe);
		OpenRun<String> run = open(bench);
		run.accept("early");
		assertThat(run.started().toCompletableFuture()).isNotDone();
		released.countDown();
		run.awaitStart();
		run.complete();
		run.awaitEnd();
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmEnd");
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_LOCKSTEP", "ASYNC_LOCKSTEP" })
	@DisplayName("G11 an item has been passed on when a handler in lockstep has finished it")
	void shouldPassOnWhenHandlersInLockstepHaveFinished(HandlerKind kind) {
		AtomicInteger finished = new AtomicInteger();
		this.probe.on(LlmNewToken.class,
				(token) -> Mono.delay(Duration.ofMillis(2)).doOnNext((tick) -> finished.incrementAndGet()).then());
		OpenRun<String> run = open(Bench.of(kind, this.probe));
		run.awaitStart();
		for (int i = 1; i <= 20; i++) {
			run.accept("a");
			join(run.passed());
			assertThat(finished).hasValue(i);
		}
		run.complete();
		run.awaitEnd();
	}

	@Test
	@DisplayName("G11 G12 an item is not passed on while a buffer is full")
	void shouldNotPassOnWhileABufferIsFull() {
		CountDownLatch released = new CountDownLatch(1);
		this.probe.on(LlmNewToken.class, (token) -> Mono.fromRunnable(() -> Await.zero(released)));
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe,
				(settings) -> settings.overflow(Overflow.BACKPRESSURE, 2));
		OpenRun<String> run = open(bench);
		run.awaitStart();
		run.accept("a");
		Await.until("the handler", () -> !this.probe.tokens().isEmpty());
		run.accept("b");
		run.accept("c");
		join(run.passed());
		run.accept("d");
		CompletionStage<Void> passed = run.passed();
		assertThat(passed.toCompletableFuture()).isNotDone();
		released.countDown();
		join(passed);
		run.complete();
		join(run.ended());
		assertThat(this.probe.tokens()).isEqualTo("abcd");
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G1 a failure follows the items, and is what the run has ended with")
	void shouldFailAfterTheItems(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe);
		OpenRun<String> run = open(bench);
		IllegalStateException failure = new IllegalStateException("provider");
		AtomicInteger cancelled = new AtomicInteger();
		run.onCancel(cancelled::incrementAndGet);
		run.accept("a");
		run.fail(failure);
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> join(run.ended())).withCause(failure);
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(run::awaitEnd).isSameAs(failure);
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmError");
		assertThat(this.probe.of(LlmError.class).get(0).error()).isSameAs(failure);
		assertThat(cancelled).hasValue(0);
		bench.awaitNoLiveRuns();
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G1 G2 a cancelled run stops its work once, and ends cancelled")
	void shouldStopTheWorkWhenCancelled(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe);
		OpenRun<String> run = open(bench);
		AtomicInteger cancelled = new AtomicInteger();
		run.onCancel(cancelled::incrementAndGet);
		run.awaitStart();
		run.accept("a");
		Await.until("the token", () -> !this.probe.tokens().isEmpty());
		assertThat(bench.manager().cancel(run.run().id())).isTrue();
		run.cancel();
		run.accept("too late");
		run.complete();
		assertThatExceptionOfType(CancellationException.class).isThrownBy(run::awaitEnd);
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmCancel");
		assertThat(cancelled).hasValue(1);
		run.onCancel(cancelled::incrementAndGet);
		assertThat(cancelled).hasValue(2);
		bench.awaitNoLiveRuns();
	}

	@Test
	@DisplayName("G15 a handler with raiseError that fails in a token stops the work")
	void shouldStopTheWorkWhenAHandlerRaises() {
		this.probe.on(LlmNewToken.class, (token) -> Mono.error(new IllegalStateException("enough")));
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe, TestSettings::raiseError);
		OpenRun<String> run = open(bench);
		CountDownLatch stopped = new CountDownLatch(1);
		run.onCancel(stopped::countDown);
		run.accept("a");
		Await.zero(stopped);
		assertThatExceptionOfType(CallbackException.class).isThrownBy(run::awaitEnd);
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmError");
	}

	@Test
	@DisplayName("G15 a veto is what the start ends with")
	void shouldFailTheStartWhenAHandlerVetoes() {
		this.probe.on(ChatModelStart.class, (start) -> Mono.error(new IllegalStateException("veto")));
		OpenRun<String> run = open(Bench.of(HandlerKind.SYNC_CLASS, this.probe, TestSettings::raiseError));
		assertThatExceptionOfType(CallbackException.class).isThrownBy(run::awaitStart);
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> join(run.started()))
			.withCauseInstanceOf(CallbackException.class);
	}

	@Test
	@DisplayName("G22 G24 a wrapped task has the run and the thread-locals of the thread that opened it")
	void shouldCarryTheRunIntoWrappedTasks() throws Exception {
		ThreadLocal<String> tenant = new ThreadLocal<>();
		ContextRegistry.getInstance().registerThreadLocalAccessor("tenant", tenant);
		Queue<String> seen = new ConcurrentLinkedQueue<>();
		try {
			tenant.set("alice");
			Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe);
			OpenRun<String> run = open(bench);
			Thread thread = new Thread(() -> {
				run.wrap(() -> {
					seen.add(CurrentRun.get().map(Run::name).orElse("none") + " " + tenant.get());
					bench.client().prompt("Hi").result().block(Await.TIMEOUT);
				}).run();
				seen.add(CurrentRun.get().map(Run::name).orElse("none") + " " + tenant.get());
			});
			thread.start();
			thread.join(Await.TIMEOUT.toMillis());
			run.complete();
			run.awaitEnd();
		}
		finally {
			tenant.remove();
			ContextRegistry.getInstance().removeThreadLocalAccessor("tenant");
		}
		assertThat(seen).containsExactly("by hand alice", "none null");
		UUID outer = this.probe.of(ChatModelStart.class).get(0).run().id();
		assertThat(this.probe.of(ChatModelStart.class).get(1).run().parentId()).isEqualTo(outer);
	}

	@Test
	@DisplayName("G3 a run opened in a Reactor Context belongs to the work of the run that it finds there")
	void shouldBelongToTheRunOfTheContext() {
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe);
		OpenRun<String> outer = open(bench);
		OpenRun<String> inner = bench.manager().open(SPEC, new CountingEvents(), outer.context());
		outer.awaitStart();
		outer.cancel();
		assertThatExceptionOfType(CancellationException.class).isThrownBy(inner::awaitEnd);
		assertThatExceptionOfType(CancellationException.class).isThrownBy(outer::awaitEnd);
		assertThat(this.probe.of(RunEnd.class)).extracting((end) -> end.run().id())
			.containsExactly(inner.run().id(), outer.run().id());
	}

	@Test
	@DisplayName("G7 events of the application's own are in order with the items")
	void shouldEmitFurtherEvents() {
		OpenRun<String> run = open(Bench.of(HandlerKind.SYNC_CLASS, this.probe));
		run.awaitStart();
		run.accept("a");
		run.emit(new CustomEvent(run.run(), run.run().startedAt(), "note", "between"));
		run.accept("b");
		run.complete();
		run.awaitEnd();
		assertThat(this.probe.names())
			.isEqualTo(List.of("ChatModelStart", "LlmNewToken", "CustomEvent", "LlmNewToken", "LlmEnd"));
	}

	@Test
	@DisplayName("G1 a run inside one that has been cancelled does not start")
	void shouldNotStartInsideARunThatHasEnded() {
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe);
		OpenRun<String> outer = open(bench);
		outer.cancel();
		OpenRun<String> inner = bench.manager().open(SPEC, new CountingEvents(), outer.context());
		assertThatExceptionOfType(CancellationException.class).isThrownBy(inner::awaitStart);
		bench.awaitNoLiveRuns();
		assertThat(this.probe.of(ChatModelStart.class)).hasSize(1);
	}

}
