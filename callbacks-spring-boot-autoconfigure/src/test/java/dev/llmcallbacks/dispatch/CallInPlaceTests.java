package dev.llmcallbacks.dispatch;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.micrometer.context.ContextRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.event.ChainCancel;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainError;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests for blocking code that is a run on the thread that calls it.
 */
class CallInPlaceTests {

	private static final RunSpec SPEC = new RunSpec(RunType.CHAIN, "in place", RunOptions.NONE);

	private final Probe probe = new Probe();

	private static <T> T call(CallbackManager manager, Callable<T> code) {
		return manager.callInPlace(SPEC, new ChainEvents<>("in"), code);
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G1 G10 G38 the code runs on the caller's thread, between the start and the end of every handler")
	void shouldCallOnTheCallersThread(HandlerKind kind) {
		Queue<String> order = new ConcurrentLinkedQueue<>();
		this.probe.react((event) -> Mono.delay(Duration.ofMillis(5))
			.doOnNext((tick) -> order.add(event.getClass().getSimpleName()))
			.then());
		if (kind.isInline() && kind.isSync()) {
			this.probe.react((event) -> Mono.fromRunnable(() -> order.add(event.getClass().getSimpleName())));
		}
		Bench bench = Bench.of(kind, this.probe);
		AtomicReference<Thread> thread = new AtomicReference<>();
		String value = call(bench.manager(), () -> {
			thread.set(Thread.currentThread());
			order.add("code in " + CurrentRun.get().map(Run::name).orElse("none"));
			return "out";
		});
		assertThat(value).isEqualTo("out");
		assertThat(thread).hasValue(Thread.currentThread());
		assertThat(order).containsExactly("ChainStart", "code in in place", "ChainEnd");
		assertThat(this.probe.of(ChainEnd.class).get(0).outputs()).isEqualTo("out");
		assertThat(CurrentRun.get()).isEmpty();
		bench.awaitNoLiveRuns();
	}

	@Test
	@DisplayName("G38 a value that is null is none")
	void shouldReturnNullWhenTheCodeDoes() {
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe);
		assertThat(CallInPlaceTests.<@Nullable Object>call(bench.manager(), () -> null)).isNull();
		assertThat(this.probe.names()).containsExactly("ChainStart", "ChainEnd");
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G1 G38 what the code throws is thrown as it is, checked exceptions and errors included")
	void shouldThrowWhatTheCodeThrows(HandlerKind kind) {
		for (Throwable failure : new Throwable[] { new IOException("checked"), new IllegalStateException("unchecked"),
				new StackOverflowError("fatal"), new NoClassDefFoundError("fatal, too"),
				new InterruptedException("own") }) {
			Probe probe = new Probe();
			Bench bench = Bench.of(kind, probe);
			assertThatThrownBy(() -> call(bench.manager(), () -> {
				if (failure instanceof Error error) {
					throw error;
				}
				throw (Exception) failure;
			})).isSameAs(failure);
			assertThat(probe.of(RunEnd.class)).singleElement()
				.isInstanceOfSatisfying(ChainError.class, (end) -> assertThat(end.error()).isSameAs(failure));
			bench.awaitNoLiveRuns();
		}
		assertThat(CurrentRun.get()).isEmpty();
	}

	@Test
	@DisplayName("G15 a handler with raiseError vetoes the call before the code runs")
	void shouldNotCallTheCodeWhenAStartHandlerFails() {
		this.probe.on(ChainStart.class, (start) -> Mono.error(new IllegalStateException("veto")));
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe, TestSettings::raiseError);
		assertThatExceptionOfType(CallbackException.class).isThrownBy(() -> call(bench.manager(), () -> {
			throw new AssertionError("The code must not be called");
		})).withRootCauseInstanceOf(IllegalStateException.class);
		assertThat(this.probe.names()).containsExactly("ChainStart", "ChainError");
	}

	@Test
	@DisplayName("G15 a handler with raiseError that fails in the end fails the caller")
	void shouldFailTheCallerWhenAnEndHandlerFails() {
		this.probe.on(ChainEnd.class, (end) -> Mono.error(new IllegalStateException("late")));
		Bench bench = Bench.of(HandlerKind.ASYNC_CLASS, this.probe, TestSettings::raiseError);
		assertThatExceptionOfType(CallbackException.class).isThrownBy(() -> call(bench.manager(), () -> "out"));
		assertThat(this.probe.names()).containsExactly("ChainStart", "ChainEnd");
	}

	@Test
	@DisplayName("G1 G2 cancelling the run interrupts the code, and nothing after it")
	void shouldInterruptTheCodeWhenCancelled() throws Exception {
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe);
		CountDownLatch inside = new CountDownLatch(1);
		CompletableFuture<Boolean> caller = CompletableFuture.supplyAsync(() -> {
			assertThatExceptionOfType(CancellationException.class)
				.isThrownBy(() -> call(bench.manager(), () -> waitForEver(inside)))
				.withMessageContaining("in place");
			return Thread.currentThread().isInterrupted();
		}, (task) -> new Thread(task, "caller").start());
		Await.zero(inside);
		assertThat(bench.manager().cancel(runId())).isTrue();
		assertThat(caller.get(10, TimeUnit.SECONDS)).isFalse();
		assertThat(this.probe.names()).containsExactly("ChainStart", "ChainCancel");
		bench.awaitNoLiveRuns();
	}

	@Test
	@DisplayName("G2 the end of an enclosing run interrupts the code of a run that belongs to its work")
	void shouldInterruptTheCodeWhenTheEnclosingRunEnds() {
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe);
		CountDownLatch inside = new CountDownLatch(1);
		CountDownLatch left = new CountDownLatch(1);
		Mono<String> work = Mono.deferContextual((context) -> Mono.<String>fromCallable(() -> {
			try {
				return bench.manager().callInPlace(SPEC, new ChainEvents<>("in"), context, () -> waitForEver(inside));
			}
			finally {
				left.countDown();
			}
		}).subscribeOn(Schedulers.boundedElastic()));
		Disposable outer = bench.manager().run("outer", "in", work).subscribe();
		Await.zero(inside);
		outer.dispose();
		Await.zero(left);
		bench.awaitNoLiveRuns();
		assertThat(this.probe.names()).containsExactly("ChainStart", "ChainStart", "ChainCancel", "ChainCancel");
		assertThat(this.probe.of(ChainCancel.class)).extracting((cancel) -> cancel.run().name())
			.containsExactly("in place", "outer");
	}

	private static String waitForEver(CountDownLatch inside) throws InterruptedException {
		inside.countDown();
		new CountDownLatch(1).await();
		return "never";
	}

	private UUID runId() {
		return this.probe.of(RunStart.class).get(0).run().id();
	}

	@Test
	@DisplayName("G38 a thread that was interrupted before meets its interrupt in the code")
	void shouldKeepTheInterruptForTheCode() {
		this.probe.react((event) -> Mono.delay(Duration.ofMillis(5)).then());
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe);
		Thread.currentThread().interrupt();
		assertThatThrownBy(() -> call(bench.manager(), () -> waitForEver(new CountDownLatch(1))))
			.isInstanceOf(InterruptedException.class);
		assertThat(Thread.interrupted()).isFalse();
		assertThat(this.probe.names()).containsExactly("ChainStart", "ChainError");
	}

	@Test
	@DisplayName("G38 an interrupt during the start cancels the run, and the thread remains interrupted")
	void shouldCancelTheRunWhenInterruptedDuringTheStart() {
		Thread caller = Thread.currentThread();
		CountDownLatch released = new CountDownLatch(1);
		this.probe.on(ChainStart.class, (start) -> {
			caller.interrupt();
			return Mono.fromRunnable(() -> Await.zero(released));
		});
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe);
		assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> call(bench.manager(), () -> "never"));
		assertThat(Thread.interrupted()).isTrue();
		released.countDown();
		bench.awaitNoLiveRuns();
		assertThat(this.probe.names()).containsExactly("ChainStart", "ChainCancel");
	}

	@Test
	@DisplayName("G9 G38 a thread that must not block does not wait for handlers")
	void shouldNotWaitOnAThreadThatMustNotBlock() {
		CountDownLatch released = new CountDownLatch(1);
		this.probe.on(ChainStart.class, (start) -> Mono.fromRunnable(() -> Await.zero(released)));
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe);
		String thread = Mono.fromCallable(() -> call(bench.manager(), () -> Thread.currentThread().getName()))
			.subscribeOn(Schedulers.parallel())
			.block(Await.TIMEOUT);
		assertThat(thread).startsWith("parallel");
		released.countDown();
		bench.awaitNoLiveRuns();
		assertThat(this.probe.names()).containsExactly("ChainStart", "ChainEnd");
	}

	@Test
	@DisplayName("G18 a handler does not hear what it calls in its own callback, and waits for nobody there")
	void shouldNotWaitInsideACallback() {
		Probe other = new Probe();
		AtomicReference<Bench> bench = new AtomicReference<>();
		this.probe.on(ChainStart.class, (start) -> Mono.fromRunnable(() -> call(bench.get().manager(), () -> "inner")));
		bench.set(Bench.of(HandlerKind.SYNC_SERIAL.registration(this.probe),
				HandlerKind.SYNC_SERIAL.registration(other)));
		call(bench.get().manager(), () -> "outer");
		bench.get().awaitNoLiveRuns();
		assertThat(this.probe.names()).containsExactly("ChainStart", "ChainEnd");
		assertThat(other.names()).hasSize(4);
		UUID outer = this.probe.of(ChainStart.class).get(0).run().id();
		assertThat(other.of(ChainStart.class)).filteredOn((start) -> outer.equals(start.run().parentId())).hasSize(1);
	}

	@Test
	@DisplayName("G22 G23 runs inside the code are its children, on the thread and in the Reactor Context")
	void shouldBeTheParentOfRunsInsideTheCode() {
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe);
		RunSpec spec = new RunSpec(RunType.CHAIN, "in place", RunOptions.builder().tags("mine").build());
		bench.manager().callInPlace(spec, new ChainEvents<>("in"), () -> {
			bench.manager().run("reactive", "in", Mono.just(1)).block(Await.TIMEOUT);
			return call(bench.manager(), () -> "inner");
		});
		UUID outer = this.probe.of(ChainStart.class).get(0).run().id();
		assertThat(this.probe.of(ChainStart.class)).extracting((start) -> start.run().parentId())
			.containsExactly(null, outer, outer);
		assertThat(this.probe.of(ChainStart.class))
			.allSatisfy((start) -> assertThat(start.run().tags()).contains("mine"));
	}

	@Test
	@DisplayName("G22 G38 the code has the thread's own thread-locals, and may change them")
	void shouldLeaveTheThreadLocalsAlone() {
		ThreadLocal<String> tenant = new ThreadLocal<>();
		ContextRegistry.getInstance().registerThreadLocalAccessor("tenant", tenant);
		try {
			tenant.set("alice");
			Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe);
			String seen = bench.manager()
				.callInPlace(SPEC, new ChainEvents<>("in"), Context.of("tenant", "bob"), () -> {
					String found = tenant.get();
					tenant.set("carol");
					return found;
				});
			assertThat(seen).isEqualTo("alice");
			assertThat(tenant.get()).isEqualTo("carol");
		}
		finally {
			ContextRegistry.getInstance().removeThreadLocalAccessor("tenant");
		}
	}

	@Test
	@DisplayName("G22 G24 what a filter adds to the context is on the thread while the code runs")
	void shouldSetWhatFiltersAdd() {
		ThreadLocal<String> span = new ThreadLocal<>();
		ContextRegistry.getInstance().registerThreadLocalAccessor("span", span);
		try {
			CallbackManager manager = CallbackManager.builder().filters(List.of(new SpanFilter())).build();
			assertThat(call(manager, span::get)).isEqualTo("span of in place");
			assertThat(span.get()).isNull();
		}
		finally {
			ContextRegistry.getInstance().removeThreadLocalAccessor("span");
		}
	}

	@Test
	@DisplayName("G20 no new root run starts when the manager has been stopped")
	void shouldRefuseRootRunsAfterShutdown() {
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe);
		bench.manager().shutdown(Duration.ofSeconds(1), Duration.ofSeconds(1)).block(Await.TIMEOUT);
		assertThatExceptionOfType(ShutdownException.class).isThrownBy(() -> call(bench.manager(), () -> "out"));
		assertThat(this.probe.names()).isEmpty();
	}

	@Test
	@DisplayName("G1 an event factory that throws fails the call, once, and leaves nothing")
	void shouldFailWhenTheEventsDo() {
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe);
		RunEvents<Object> broken = new ChainEvents<>("in").mapped((value) -> {
			throw new IllegalArgumentException("no such value: " + value);
		});
		assertThatThrownBy(() -> bench.manager().callInPlace(SPEC, broken, () -> "out"))
			.isInstanceOf(IllegalArgumentException.class);
		assertThat(this.probe.names()).containsExactly("ChainStart", "ChainError");
		bench.awaitNoLiveRuns();
	}

	private static final class SpanFilter implements RunFilter {

		@Override
		public Scope open(RunStart start, Context context) {
			Map<String, String> added = Map.of("span", "span of " + start.run().name());
			return new Scope() {

				@Override
				public Context context() {
					return context.putAllMap(added);
				}

				@Override
				public void close(RunEnd end) {
				}

			};
		}

	}

}
