package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import org.springframework.test.util.ReflectionTestUtils;
import reactor.core.Disposable;
import reactor.core.Scannable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback.Delivery;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.HandlerRegistration.Instance;
import dev.llmcallbacks.dispatch.HandlerRegistration.Scope;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for what bounds the engine and what happens at the bounds.
 */
class EngineLimitsTests {

	private final Probe probe = new Probe();

	private final CountDownLatch latch = new CountDownLatch(1);

	@AfterEach
	void open() {
		this.latch.countDown();
	}

	@Test
	@DisplayName("D7 G11 events of the application's own wait for capacity when the returned Mono is awaited")
	void shouldBoundEventsOfTheApplication() {
		this.probe.on(CustomEvent.class, (event) -> Mono.fromRunnable(() -> Await.zero(this.latch)));
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe, (settings) -> settings.timeout(Duration.ZERO));
		AtomicInteger accepted = new AtomicInteger();
		Mono<Long> flood = Flux.range(0, 5000)
			.concatMap(
					(i) -> bench.manager().customEvent("event", i).doOnSuccess((nothing) -> accepted.incrementAndGet()))
			.count();
		Mono<Long> run = bench.manager().run("flood", "in", flood).cache();
		run.subscribe();
		Await.until("a full lane", () -> accepted.get() >= 255);
		assertThat(Mono.delay(Duration.ofMillis(50)).map((tick) -> accepted.get()).block()).isBetween(255, 257);
		this.latch.countDown();
		run.block(Await.TIMEOUT);
		assertThat(this.probe.of(CustomEvent.class)).hasSize(5000);
		assertThat(bench.statistics().deepestLane()).isLessThanOrEqualTo(258);
	}

	@Test
	@DisplayName("D7 G18 a handler that publishes inside its own callback does not wait for itself")
	void shouldNotWaitForItself() {
		AtomicReference<CallbackManager> manager = new AtomicReference<>();
		this.probe.on(ChainStart.class,
				(start) -> Flux.range(0, 1000).concatMap((i) -> manager.get().customEvent("event", i)).then());
		Bench bench = Bench.of(HandlerKind.ASYNC_CLASS, this.probe, (settings) -> settings.timeout(Duration.ZERO));
		manager.set(bench.manager());
		bench.manager().run("chain", "in", Mono.just(1)).block(Await.TIMEOUT);
		assertThat(this.probe.of(CustomEvent.class)).hasSize(1000);
	}

	@Test
	@DisplayName("D8 G16 runs behind a stuck SERIAL call keep their terminal events, which arrive when it returns")
	void shouldKeepTerminalEventsBehindAStuckCall() {
		AtomicInteger calls = new AtomicInteger();
		CallbackHandler billing = CallbackHandler.on(RunEnd.class, (end) -> {
			this.probe.sync(end);
			if (calls.incrementAndGet() == 1) {
				stubbornly();
			}
		});
		HandlerRegistration registration = HandlerRegistration.of(billing,
				new TestSettings().serial().timeout(Duration.ofMillis(100)).build());
		Bench bench = Bench.of(registration).answering("a");
		Flux.range(0, 15).flatMap((i) -> bench.client().prompt("Hi").result(), 15).blockLast(Await.TIMEOUT);
		bench.client().prompt("Later").result().block(Await.TIMEOUT);
		assertThat(this.probe.of(LlmEnd.class)).hasSize(1);
		this.latch.countDown();
		Await.until("all terminal events", () -> this.probe.of(LlmEnd.class).size() == 16);
		assertThat(this.probe.mostInside()).isEqualTo(1);
		assertThat(bench.statistics().dropped()).isZero();
		bench.awaitNoLiveRuns();
	}

	@Test
	@DisplayName("D8 G16 terminal events behind a stuck SERIAL call are kept up to a limit, and counted beyond it")
	void shouldCountTerminalEventsThatAreNotKept() {
		AtomicInteger calls = new AtomicInteger();
		CallbackHandler billing = CallbackHandler.on(RunEnd.class, (end) -> {
			if (calls.incrementAndGet() == 1) {
				stubbornly();
			}
		});
		Bench bench = Bench
			.of(HandlerRegistration.of(billing, new TestSettings().serial().timeout(Duration.ofMillis(50)).build()))
			.answering("a");
		bench.client().prompt("Hi").result().block(Await.TIMEOUT);
		int runs = AsyncMutex.MAX_KEPT + 10;
		Flux.range(0, runs).concatMap((i) -> bench.client().prompt("Hi").result()).blockLast(Duration.ofSeconds(60));
		Await.until("the rest to be counted", () -> bench.statistics().dropped() >= 10);
		this.latch.countDown();
		Await.until("all that was kept", () -> calls.get() + bench.statistics().dropped() == runs + 1);
		assertThat(calls).hasValue(1 + AsyncMutex.MAX_KEPT);
	}

	private void stubbornly() {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
		while (this.latch.getCount() > 0 && System.nanoTime() < deadline) {
			try {
				this.latch.await(1, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				// as badly behaved handlers do
			}
		}
	}

	@Test
	@DisplayName("D9 G21 a run keeps no items when no handler receives its terminal event")
	void shouldKeepNoItemsThatNobodyReceives() {
		for (Bench bench : List.of(Bench.of(),
				Bench.of(HandlerRegistration.of(CallbackHandler.on(ChainStart.class, (start) -> {
				}))))) {
			ChainEvents<Integer> events = new ChainEvents<>("in");
			RunSpec spec = new RunSpec(RunType.CHAIN, "rows", RunOptions.NONE);
			bench.manager().run(spec, events, (run) -> Flux.range(0, 1000)).blockLast(Await.TIMEOUT);
			assertThat((List<?>) ReflectionTestUtils.getField(events, "outputs")).isEmpty();
		}
	}

	@Test
	@DisplayName("D9 G21 a run keeps at most 10,000 items, and its terminal event says that it is truncated")
	void shouldKeepALimitedNumberOfItems() {
		Bench bench = Bench.of(HandlerKind.ASYNC_CLASS, this.probe);
		bench.manager().run("few", "in", Flux.range(0, 10_000)).blockLast(Await.TIMEOUT);
		bench.manager().run("many", "in", Flux.range(0, 10_001)).blockLast(Await.TIMEOUT);
		assertThat(this.probe.of(ChainEnd.class)).extracting(ChainEnd::truncated).containsExactly(false, true);
		assertThat(this.probe.of(ChainEnd.class))
			.allSatisfy((end) -> assertThat((List<?>) end.outputs()).hasSize(10_000));
	}

	@Test
	@DisplayName("D11 G16 a handler for each root run cannot be INLINE")
	void shouldRefuseAnInlinePrototype() {
		HandlerSettings settings = HandlerSettings.builder().delivery(Delivery.INLINE).build();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new HandlerRegistration("prototype", CallbackHandler.class,
					(attributes) -> new Instance(HandlerKind.SYNC_CLASS.handler(this.probe)), Scope.PER_ROOT_RUN, 0,
					settings))
			.withMessageContaining("INLINE");
	}

	@Test
	@DisplayName("D13 G24 an accessor that fails leaves no other's value on a thread, and keeps none from a handler")
	void shouldRestoreThreadLocalsWhenAnAccessorFails() {
		Named good = new Named("good", false);
		Named failing = new Named("failing", true);
		ContextRegistry registry = ContextRegistry.getInstance();
		registry.registerThreadLocalAccessor(good);
		registry.registerThreadLocalAccessor(failing);
		List<String> seen = new CopyOnWriteArrayList<>();
		try {
			CallbackHandler handler = CallbackHandler.on(RunStart.class,
					(start) -> seen.add(String.valueOf(good.getValue())));
			Bench bench = Bench.of(HandlerRegistration.of(handler, new TestSettings().serial().build()));
			good.setValue("alice");
			failing.value.set("bob");
			bench.client().prompt("Hi").result().block(Await.TIMEOUT);
			bench.manager().call(() -> seen.add("work: " + good.getValue())).block(Await.TIMEOUT);
			good.setValue();
			failing.value.remove();
			bench.client().prompt("Hi").result().block(Await.TIMEOUT);
			bench.manager().call(() -> seen.add("work: " + good.getValue())).block(Await.TIMEOUT);
			assertThat(seen).containsExactly("alice", "work: alice", "null", "work: null");
		}
		finally {
			registry.removeThreadLocalAccessor("good");
			registry.removeThreadLocalAccessor("failing");
		}
	}

	@Test
	@DisplayName("G22 registered thread-locals of the caller are there in blocking work after an answer has arrived")
	void shouldCarryThreadLocalsIntoWorkAfterAnAnswer() {
		Named user = new Named("user", false);
		ContextRegistry.getInstance().registerThreadLocalAccessor(user);
		try {
			user.setValue("alice");
			Bench bench = Bench.of(HandlerKind.ASYNC_CLASS, this.probe)
				.answering(Flux.just("a").map(ChatChunk::text).publishOn(Schedulers.parallel()));
			Mono<String> step = Mono.defer(() -> bench.client().prompt("Hi").text())
				.flatMap((text) -> bench.manager().call(user::getValue));
			assertThat(bench.manager().run("chain", "in", step).block(Await.TIMEOUT)).isEqualTo("alice");
		}
		finally {
			user.setValue();
			ContextRegistry.getInstance().removeThreadLocalAccessor("user");
		}
	}

	@Test
	@DisplayName("D17 G2 a subscriber that has cancelled receives nothing, and an error of the work is not lost silently")
	void shouldSignalNothingAfterCancellation() {
		List<Throwable> dropped = new CopyOnWriteArrayList<>();
		Hooks.onErrorDropped(dropped::add);
		try {
			Bench bench = Bench.of(HandlerKind.ASYNC_CLASS, this.probe).answering("a", "b");
			List<String> signals = new CopyOnWriteArrayList<>();
			bench.client().prompt("Hi").content().subscribe(new BaseSubscriber<>() {

				@Override
				protected void hookOnSubscribe(Subscription subscription) {
					requestUnbounded();
				}

				@Override
				protected void hookOnNext(String text) {
					signals.add(text);
					bench.manager().cancel(bench.manager().openRuns().get(0).id());
					upstream().cancel();
				}

				@Override
				protected void hookOnError(Throwable error) {
					signals.add("error");
				}

			});
			bench.awaitNoLiveRuns();
			assertThat(signals).containsExactly("a");
			assertThat(dropped).noneMatch(CancellationException.class::isInstance);
			Disposable run = bench.manager().run("chain", "in", Flux.from((subscriber) -> {
				subscriber.onSubscribe(new Subscription() {

					@Override
					public void request(long n) {
					}

					@Override
					public void cancel() {
						subscriber.onError(new IllegalStateException("after cancellation"));
					}

				});
			})).subscribe();
			run.dispose();
			bench.awaitNoLiveRuns();
			assertThat(dropped).extracting(Throwable::getMessage).containsExactly("after cancellation");
		}
		finally {
			Hooks.resetOnErrorDropped();
		}
	}

	@Test
	@DisplayName("D17 G1 a second subscription of the work is cancelled, and the first goes on")
	void shouldValidateSubscriptions() {
		AtomicInteger cancelled = new AtomicInteger();
		Bench bench = Bench.of(HandlerKind.ASYNC_CLASS, this.probe);
		Flux<String> work = Flux.from((subscriber) -> {
			subscriber.onSubscribe(new Subscription() {

				private boolean done;

				@Override
				public void request(long n) {
					if (!this.done) {
						this.done = true;
						subscriber.onNext("a");
						subscriber.onComplete();
					}
				}

				@Override
				public void cancel() {
				}

			});
		});
		Publisher<List<String>> twice = (subscriber) -> {
			work.map(List::of).subscribe(new BaseSubscriber<List<String>>() {

				@Override
				protected void hookOnSubscribe(Subscription subscription) {
					subscriber.onSubscribe(subscription);
					subscriber.onSubscribe(new Subscription() {

						@Override
						public void request(long n) {
						}

						@Override
						public void cancel() {
							cancelled.incrementAndGet();
						}

					});
				}

				@Override
				protected void hookOnNext(List<String> value) {
					subscriber.onNext(value);
				}

				@Override
				protected void hookOnComplete() {
					subscriber.onComplete();
				}

			});
		};
		RunSpec spec = new RunSpec(RunType.CHAIN, "chain", RunOptions.NONE);
		assertThat(bench.manager()
			.runInBursts(spec, new ChainEvents<String>("in"), (run) -> twice)
			.blockLast(Await.TIMEOUT)).isEqualTo("a");
		assertThat(cancelled).hasValue(1);
	}

	@Test
	@DisplayName("D18 G15 a handler whose supports() throws counts as failed, and raiseError fails the run")
	void shouldCountAHandlerThatCannotBePrepared() {
		CallbackHandler broken = new CallbackHandler() {

			@Override
			public boolean supports(Class<? extends CallbackEvent> eventType) {
				throw new NoClassDefFoundError("supports");
			}

			@Override
			public void onLlmEnd(LlmEnd event) {
			}

		};
		Bench lenient = Bench.of(HandlerKind.SYNC_CLASS.registration(this.probe),
				HandlerRegistration.of(broken, new TestSettings().build()));
		assertThat(lenient.client().prompt("Hi").text().block(Await.TIMEOUT)).isEqualTo("abc");
		assertThat(lenient.statistics().failed()).isEqualTo(1);
		Probe other = new Probe();
		Bench strict = Bench.of(HandlerKind.SYNC_CLASS.registration(other),
				HandlerRegistration.of(broken, new TestSettings().raiseError().build()));
		assertThat(strict.client()
			.prompt("Hi")
			.text()
			.map((text) -> "")
			.onErrorResume(CallbackException.class, (ex) -> Mono.just(ex.getCause().getMessage()))
			.block(Await.TIMEOUT)).isEqualTo("supports");
		assertThat(other.names()).containsExactly("ChatModelStart", "LlmError");
		strict.awaitNoLiveRuns();
	}

	@Test
	@DisplayName("D19 a prototype that has been destroyed is not called again")
	void shouldNotCallADestroyedPrototype() {
		List<Boolean> destroyed = new ArrayList<>();
		List<String> calls = new CopyOnWriteArrayList<>();
		HandlerRegistration prototype = new HandlerRegistration("prototype", CallbackHandler.class, (attributes) -> {
			int number;
			synchronized (destroyed) {
				number = destroyed.size();
				destroyed.add(false);
			}
			CallbackHandler handler = CallbackHandler.on(RunStart.class, (start) -> calls
				.add(start.run().name() + " by " + number + (destroyed.get(number) ? " destroyed" : "")));
			return new Instance(handler, handler, () -> destroyed.set(number, true));
		}, Scope.PER_ROOT_RUN, 0, HandlerSettings.DEFAULT);
		Bench bench = Bench.of(prototype);
		AtomicReference<Runnable> late = new AtomicReference<>();
		bench.manager().run("root", "in", () -> {
			late.set(CurrentRun
				.wrap((Runnable) () -> bench.manager().run("late", "in", Mono.just(1)).block(Await.TIMEOUT)));
			return 1;
		}).block(Await.TIMEOUT);
		bench.awaitNoLiveRuns();
		late.get().run();
		bench.awaitNoLiveRuns();
		assertThat(calls).containsExactly("root by 0", "late by 1");
		assertThat(destroyed).containsExactly(true, true);
	}

	@Test
	@DisplayName("G25 operators can be scanned, so that checkpoints and parents work")
	void shouldBeScannable() {
		Bench bench = Bench.of(HandlerKind.ASYNC_CLASS, this.probe);
		AtomicReference<Scannable> seen = new AtomicReference<>();
		Sinks.Empty<Integer> gate = Sinks.empty();
		Flux<Integer> flux = Flux.defer(() -> bench.manager().run("chain", "in", gate.asMono().flux()));
		flux.subscribe(new BaseSubscriber<>() {

			@Override
			protected void hookOnSubscribe(Subscription subscription) {
				seen.set(Scannable.from(subscription));
				requestUnbounded();
			}

		});
		assertThat(seen.get().isScanAvailable()).isTrue();
		assertThat(seen.get().parents().count()).isPositive();
		gate.tryEmitEmpty();
	}

	@Nested
	class Timers {

		@RegisterExtension
		private final StoppedClock time = new StoppedClock();

		@Test
		@DisplayName("D16 G19 a handler that is not interested in tokens schedules nothing for them")
		void shouldScheduleNothingForTokensThatNobodyReceives() {
			HandlerRegistration handler = HandlerRegistration.of(
					CallbackHandler.on(LlmEnd.class, EngineLimitsTests.this.probe::sync),
					new TestSettings().timeout(Duration.ZERO).build());
			Flux<List<String>> batches = Flux.range(0, 200).map(String::valueOf).buffer(10);
			RunSpec spec = new RunSpec(RunType.LLM, "run", RunOptions.NONE);
			long before = this.time.scheduled();
			AtomicInteger received = new AtomicInteger();
			Bench.of(handler)
				.manager()
				.runInBursts(spec, new CountingEvents(), (run) -> batches.concatWith(Flux.never()))
				.subscribe((token) -> received.incrementAndGet());
			assertThat(received).hasValue(200);
			assertThat(this.time.scheduled() - before).isZero();
		}

		@Test
		@DisplayName("D21 G21 handlers given to calls share their timers")
		void shouldShareTimers() {
			Bench bench = Bench.of();
			long before = this.time.scheduled();
			for (int i = 0; i < 100; i++) {
				RunOptions options = RunOptions.builder()
					.callbacks(AsyncCallbackHandler.on(ChatModelStart.class, EngineLimitsTests.this.probe::async))
					.build();
				bench.manager()
					.run(new RunSpec(RunType.LLM, "run", options), new CountingEvents(), (run) -> Flux.just("a"))
					.blockLast(Await.TIMEOUT);
			}
			assertThat(this.time.scheduled() - before).isLessThanOrEqualTo(2);
		}

	}

	private record Named(String key, boolean fails, ThreadLocal<String> value) implements ThreadLocalAccessor<String> {

		Named(String key, boolean fails) {
			this(key, fails, new ThreadLocal<>());
		}

		@Override
		public String getValue() {
			return this.value.get();
		}

		@Override
		public void setValue(String value) {
			if (this.fails) {
				throw new IllegalStateException("fails");
			}
			this.value.set(value);
		}

		@Override
		public void setValue() {
			this.value.remove();
		}

	}

}
