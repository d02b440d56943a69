package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.FailingEvents.Place;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for errors of every kind at every place that calls foreign code: a run that has
 * begun is decided whatever is thrown.
 */
class ForeignErrorTests {

	private static final RunSpec SPEC = new RunSpec(RunType.LLM, "run", RunOptions.NONE);

	private final Probe probe = new Probe();

	static Stream<Throwable> errors() {
		return Stream.of(new StackOverflowError("test"), new OutOfMemoryError("test"), new NoClassDefFoundError("test"),
				new ExceptionInInitializerError("test"), new AssertionError("test"), new IllegalStateException("test"));
	}

	static Stream<Arguments> errorsAndKinds() {
		return errors().flatMap((error) -> Stream.of(HandlerKind.values()).map((kind) -> Arguments.of(error, kind)));
	}

	static Stream<Arguments> errorsAndPlaces() {
		return errors().flatMap((error) -> Stream.of(Place.values())
			.filter((place) -> place != Place.STARTED)
			.map((place) -> Arguments.of(error, place)));
	}

	@ParameterizedTest
	@MethodSource("errors")
	@DisplayName("D1 G1 blocking work that throws any error ends its run, and the caller gets the error")
	void shouldEndWhenBlockingWorkThrows(Throwable error) {
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe);
		Mono<Object> run = bench.manager().run("step", "in", () -> {
			throw sneaky(error);
		});
		assertEnds(bench, () -> run.block(Await.TIMEOUT), "ChainStart", "ChainError");
	}

	@ParameterizedTest
	@MethodSource("errors")
	@DisplayName("D1 blocking work outside of any run that throws any error fails its caller")
	void shouldFailTheCallerWhenBlockingWorkThrows(Throwable error) {
		Mono<Object> call = Bench.of().manager().call(() -> {
			throw sneaky(error);
		});
		assertThat(Exceptions.unwrap(catchThrowable(() -> call.block(Await.TIMEOUT)))).isSameAs(error);
	}

	@ParameterizedTest
	@MethodSource("errorsAndKinds")
	@DisplayName("D5 G1 work that throws any error when it begins ends its run")
	void shouldEndWhenTheWorkThrows(Throwable error, HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe);
		Flux<String> run = bench.manager().run(SPEC, new CountingEvents(), (active) -> {
			throw sneaky(error);
		});
		assertEnds(bench, () -> run.blockLast(Await.TIMEOUT), "ChatModelStart", "LlmError");
	}

	@ParameterizedTest
	@MethodSource("errorsAndKinds")
	@DisplayName("D5 G1 work that signals any error ends its run, and the caller gets the error")
	void shouldEndWhenTheWorkSignalsAnError(Throwable error, HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe);
		Flux<String> run = bench.manager()
			.run(SPEC, new CountingEvents(), (active) -> Flux.just("a").concatWith(Flux.error(error)));
		assertEnds(bench, () -> run.blockLast(Await.TIMEOUT), "ChatModelStart", "LlmNewToken", "LlmError");
	}

	@ParameterizedTest
	@MethodSource("errorsAndKinds")
	@DisplayName("D5 G1 an operator of the work that throws any error at its second item ends the run")
	void shouldEndWhenAnOperatorThrows(Throwable error, HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe);
		Flux<String> run = bench.manager().run(SPEC, new CountingEvents(), (active) -> Flux.just(1, 2).map((i) -> {
			if (i == 2) {
				throw sneaky(error);
			}
			return "a";
		}));
		assertEnds(bench, () -> run.blockLast(Await.TIMEOUT), "ChatModelStart", "LlmNewToken", "LlmError");
	}

	@ParameterizedTest
	@MethodSource("errorsAndPlaces")
	@DisplayName("D6 G1 an event factory that throws any error ends the run, with an event of the run's type")
	void shouldEndWhenAnEventFactoryThrows(Throwable error, Place place) {
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe);
		Publisher<String> work = switch (place) {
			case FAILED -> Flux.just("a").concatWith(Flux.error(new IllegalStateException("failed")));
			case CANCELLED -> Flux.just("a").concatWith(Flux.never());
			default -> Flux.just("a", "b");
		};
		Flux<String> run = bench.manager().run(SPEC, new FailingEvents(place, error), (active) -> work);
		if (place == Place.CANCELLED) {
			catchThrowable(() -> run.take(1).blockLast(Await.TIMEOUT));
		}
		else {
			assertThat(catchThrowable(() -> run.blockLast(Await.TIMEOUT))).isNotNull();
		}
		bench.awaitNoLiveRuns();
		assertThat(this.probe.of(RunEnd.class)).singleElement()
			.isInstanceOf((place != Place.CANCELLED) ? LlmError.class : LlmCancel.class);
	}

	@ParameterizedTest
	@MethodSource("errorsAndKinds")
	@DisplayName("D6 G1 G15 a handler that throws any error ends its run, which goes on unless the error is fatal")
	void shouldEndWhenAHandlerThrows(Throwable error, HandlerKind kind) {
		this.probe.on(LlmNewToken.class, (token) -> {
			throw sneaky(error);
		});
		Bench bench = Bench.of(kind.registration(this.probe, (settings) -> settings.timeout(Duration.ZERO)))
			.answering("a", "b");
		Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
		Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
			throw new IllegalStateException("a handler of uncaught exceptions that fails");
		});
		try {
			Throwable failure = catchThrowable(() -> bench.client().prompt("Hi").result().block(Await.TIMEOUT));
			bench.awaitNoLiveRuns();
			boolean fatal = error instanceof VirtualMachineError;
			assertThat(failure == null).isNotEqualTo(fatal);
			assertThat(this.probe.names()).startsWith("ChatModelStart").endsWith(fatal ? "LlmError" : "LlmEnd");
			assertThat(bench.statistics().failed()).isPositive();
		}
		finally {
			Thread.setDefaultUncaughtExceptionHandler(before);
		}
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("D6 G15 an exception that cannot be printed leaves the lane in order")
	void shouldGoOnWhenAFailureCannotBePrinted(HandlerKind kind) {
		this.probe.on(LlmNewToken.class, (token) -> Mono.error(new IllegalStateException() {

			@Override
			public String getMessage() {
				throw new IllegalStateException("no session");
			}

			@Override
			public String toString() {
				throw new NoClassDefFoundError("no class");
			}

		}));
		Bench bench = Bench.of(kind, this.probe).answering("a", "b");
		assertThat(bench.client().prompt("Hi").text().block(Await.TIMEOUT)).isEqualTo("ab");
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmNewToken", "LlmEnd");
		assertThat(bench.statistics().failed()).isEqualTo(2);
		bench.awaitNoLiveRuns();
	}

	@ParameterizedTest
	@MethodSource("errors")
	@DisplayName("D6 G1 a filter that throws any error, when it opens or closes, leaves no run without an end")
	void shouldEndWhenAFilterThrows(Throwable error) {
		RunFilter opening = (start, context) -> {
			throw sneaky(error);
		};
		RunFilter closing = (start, context) -> new RunFilter.Scope() {

			@Override
			public Context context() {
				return context;
			}

			@Override
			public void close(RunEnd end) {
				throw sneaky(error);
			}

		};
		for (RunFilter filter : List.of(opening, closing)) {
			Probe probe = new Probe();
			CallbackManager manager = CallbackManager.builder()
				.registrations(List.of(HandlerKind.SYNC_CLASS.registration(probe)))
				.filters(List.of(filter))
				.build();
			catchThrowable(() -> manager.run("step", "in", Mono.just(1)).block(Await.TIMEOUT));
			Await.until("no open runs", () -> manager.openRuns().isEmpty());
			assertThat(probe.of(RunStart.class)).hasSize(1);
			assertThat(probe.of(RunEnd.class)).hasSize(1);
		}
	}

	@ParameterizedTest
	@MethodSource("errorsAndKinds")
	@DisplayName("D14 G1 a subscriber that throws any error ends its run under every delivery mode")
	void shouldEndWhenTheSubscriberThrows(Throwable error, HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe);
		Flux<String> run = bench.manager().run(SPEC, new CountingEvents(), (active) -> Flux.just("a", "b").hide());
		List<String> signals = new CopyOnWriteArrayList<>();
		catchThrowable(() -> run.subscribe(new CoreSubscriber<>() {

			@Override
			public void onSubscribe(Subscription subscription) {
				subscription.request(Long.MAX_VALUE);
			}

			@Override
			public void onNext(String item) {
				signals.add(item);
				throw sneaky(error);
			}

			@Override
			public void onError(Throwable failure) {
				signals.add("error");
			}

			@Override
			public void onComplete() {
				signals.add("complete");
			}

		}));
		bench.awaitNoLiveRuns();
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmError");
		assertThat(signals).containsExactly("a");
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = { "SYNC_INLINE", "ASYNC_INLINE" })
	@DisplayName("D14 G24 the subscriber's current run is the enclosing one under every delivery mode")
	void shouldHaveTheEnclosingRunInTheSubscriber(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe);
		List<String> current = new CopyOnWriteArrayList<>();
		Flux<String> inner = Flux.defer(() -> bench.manager()
			.run(SPEC, new CountingEvents(), (active) -> Flux.just("a", "b"))
			.doOnNext((item) -> current.add(CurrentRun.get().orElseThrow().name())));
		bench.manager().run("outer", "in", inner).blockLast(Await.TIMEOUT);
		assertThat(current).containsExactly("outer", "outer");
	}

	@Test
	@DisplayName("D23 G1 an event factory that waits for another thread's cancel does not wait for ever")
	void shouldNotHoldALockWhileForeignCodeRuns() throws Exception {
		CountDownLatch cancelled = new CountDownLatch(1);
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe);
		CallbackManager manager = bench.manager();
		Object item = new Object() {

			@Override
			public String toString() {
				new Thread(() -> {
					manager.cancel(manager.openRuns().get(0).id());
					cancelled.countDown();
				}).start();
				Await.zero(cancelled);
				return "item";
			}

		};
		RunEvents<String> events = new RunEvents<>() {

			private final CountingEvents events = new CountingEvents();

			@Override
			public RunStart started(Run run) {
				return this.events.started(run);
			}

			@Override
			public void accept(String text) {
				item.toString();
			}

			@Override
			public @Nullable Class<? extends CallbackEvent> itemEventType() {
				return LlmNewToken.class;
			}

			@Override
			public @Nullable CallbackEvent itemEvent(Run run, String text) {
				return this.events.itemEvent(run, text);
			}

			@Override
			public RunEnd completed(Run run, Duration duration) {
				return this.events.completed(run, duration);
			}

			@Override
			public RunEnd failed(Run run, Duration duration, Throwable error) {
				return this.events.failed(run, duration, error);
			}

			@Override
			public RunEnd cancelled(Run run, Duration duration) {
				return this.events.cancelled(run, duration);
			}

		};
		// a thread that no scheduler interrupts when its work is cancelled
		Flux<String> work = Flux.create((sink) -> new Thread(() -> sink.next("a").next("b").complete()).start());
		Throwable failure = catchThrowable(() -> manager.run(SPEC, events, (active) -> work).blockLast(Await.TIMEOUT));
		assertThat(failure).isNotNull().isNotInstanceOf(TimeoutException.class);
		assertThat(cancelled.await(0, TimeUnit.SECONDS)).isTrue();
		bench.awaitNoLiveRuns();
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmCancel");
	}

	private void assertEnds(Bench bench, ThrowingCallable call, String... events) {
		assertThat(catchThrowable(call)).isNotNull().hasMessageContaining("test");
		bench.awaitNoLiveRuns();
		assertThat(this.probe.names()).containsExactly(events);
		assertThat(bench.manager().openRuns()).isEmpty();
	}

	private static RuntimeException sneaky(Throwable error) {
		return ForeignErrorTests.<RuntimeException>sneakyThrow(error);
	}

	@SuppressWarnings("unchecked")
	private static <E extends Throwable> E sneakyThrow(Throwable error) throws E {
		throw (E) error;
	}

}
