package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.util.context.ContextView;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChainCancel;
import dev.llmcallbacks.event.ChainError;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for runs inside runs.
 */
class RunTreeTests {

	private static final Duration TIMEOUT = Await.TIMEOUT;

	private final Probe probe = new Probe();

	private CallbackManager manager;

	private Bench bench(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe);
		this.manager = bench.manager();
		return bench;
	}

	private List<String> told() {
		return this.probe.events().stream().map(RunTreeTests::describe).toList();
	}

	private static String describe(CallbackEvent event) {
		String what = event.getClass().getSimpleName().replace("Chain", "");
		return (event instanceof CustomEvent custom) ? custom.name() : event.run().name() + " " + what;
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G3 a child's start follows what its parent told, and the parent's end follows the child's")
	void shouldTellChildrenInsideTheirParent(HandlerKind kind) {
		this.probe.on(CustomEvent.class, (event) -> kind.isInline() ? Mono.empty() : slowly());
		Bench bench = bench(kind);
		Mono<Integer> child = this.manager.run("child", "in", this.manager.customEvent("of child", 1).thenReturn(1));
		this.manager
			.run("parent", "in",
					this.manager.customEvent("first", 1)
						.then(this.manager.customEvent("second", 1))
						.then(child)
						.flatMap((value) -> this.manager.customEvent("third", 1).thenReturn(value)))
			.block(TIMEOUT);
		assertThat(told()).containsExactly("parent Start", "first", "second", "child Start", "of child", "child End",
				"third", "parent End");
		bench.awaitNoLiveRuns();
	}

	private static Mono<Void> slowly() {
		return Mono.delay(Duration.ofMillis(5)).then();
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G3 the same holds when the parent is found on the thread")
	void shouldTellChildrenInsideTheirParentWhenFoundOnTheThread(HandlerKind kind) {
		this.probe.on(CustomEvent.class, (event) -> kind.isInline() ? Mono.empty() : slowly());
		bench(kind);
		this.manager.run("parent", "in", () -> {
			this.manager.customEvent("first", 1).block(TIMEOUT);
			return this.manager.run("child", "in", Mono.just(1)).block(TIMEOUT);
		}).block(TIMEOUT);
		assertThat(told()).containsExactly("parent Start", "first", "child Start", "child End", "parent End");
		assertThat(this.probe.of(ChainStart.class).get(1).run().parentId())
			.isEqualTo(this.probe.of(ChainStart.class).get(0).run().id());
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G3 G2 when the parent is cancelled, open children are cancelled first")
	void shouldCancelChildrenFirst(HandlerKind kind) {
		Bench bench = bench(kind);
		CountDownLatch open = new CountDownLatch(3);
		Mono<Object> grandchild = this.manager.run("grandchild", "in",
				Mono.never().doOnSubscribe((subscription) -> open.countDown()));
		Mono<Object> child = this.manager.run("child", "in",
				grandchild.doOnSubscribe((subscription) -> open.countDown()));
		Disposable subscription = this.manager
			.run("parent", "in", Flux.merge(child, Mono.never().doOnSubscribe((sub) -> open.countDown())))
			.subscribe();
		Await.zero(open);
		Await.until("all starts", () -> this.probe.of(RunStart.class).size() == 3);
		subscription.dispose();
		bench.awaitNoLiveRuns();
		assertThat(told()).containsExactly("parent Start", "child Start", "grandchild Start", "grandchild Cancel",
				"child Cancel", "parent Cancel");
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G3 when the parent fails, a child that its work left behind is cancelled first")
	void shouldCancelADetachedSubscriptionWhenTheParentFails(HandlerKind kind) {
		Bench bench = bench(kind);
		AtomicReference<Throwable> reason = new AtomicReference<>();
		Mono<Object> child = this.manager.run("child", "in", Mono.never());
		Mono<Object> work = Mono.deferContextual((context) -> {
			child.contextWrite(context).subscribe((value) -> {
			}, reason::set);
			return awaitStart("child").then(Mono.error(new IllegalStateException("broken")));
		});
		StepVerifier.create(this.manager.run("parent", "in", work)).expectErrorMessage("broken").verify(TIMEOUT);
		bench.awaitNoLiveRuns();
		assertThat(told()).containsExactly("parent Start", "child Start", "child Cancel", "parent Error");
		// a run leaves the open runs before its subscriber receives the signal
		Await.until("the signal to the subscriber of the child", () -> reason.get() != null);
		assertThat(reason.get()).isInstanceOf(CancellationException.class);
	}

	private Mono<Long> awaitStart(String name) {
		return Flux.interval(Duration.ofMillis(1)).filter((tick) -> told().contains(name + " Start")).next();
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G3 G10 a parent whose work is done waits for the child that it left behind")
	void shouldWaitForAChildThatWasLeftBehind(HandlerKind kind) {
		Bench bench = bench(kind);
		Sinks.Empty<Void> gate = Sinks.empty();
		Mono<Void> child = this.manager.run("child", "in", gate.asMono());
		Mono<Integer> work = Mono.deferContextual((context) -> leave(child, context).thenReturn(1));
		Mono<Integer> parent = this.manager.run("parent", "in", work).cache();
		parent.subscribe();
		Await.until("the child", () -> told().contains("child Start"));
		assertThat(told()).containsExactly("parent Start", "child Start");
		gate.tryEmitEmpty();
		parent.block(TIMEOUT);
		bench.awaitNoLiveRuns();
		assertThat(told()).containsExactly("parent Start", "child Start", "child End", "parent End");
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G2 G3 a parent that only waits for its child can still be cancelled, and the child with it")
	void shouldBeCancelledWhileItWaitsForAChild(HandlerKind kind) {
		Bench bench = bench(kind);
		CountDownLatch workDone = new CountDownLatch(1);
		Mono<Object> child = this.manager.run("child", "in", Mono.never());
		Mono<Object> work = Mono.deferContextual((context) -> leave(child, context)).doOnTerminate(workDone::countDown);
		Disposable subscription = this.manager.run("parent", "in", work).subscribe();
		Await.zero(workDone);
		Await.until("the child", () -> told().contains("child Start"));
		subscription.dispose();
		bench.awaitNoLiveRuns();
		assertThat(told()).containsExactly("parent Start", "child Start", "child Cancel", "parent Cancel");
	}

	private static Mono<Object> leave(Mono<?> work, ContextView context) {
		return Mono.fromRunnable(() -> work.contextWrite(context).onErrorComplete().subscribe());
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "SYNC_INLINE")
	@DisplayName("G3 work that goes on although its run was cancelled opens no more runs")
	void shouldOpenNoRunInACancelledOne(HandlerKind kind) {
		Bench bench = bench(kind);
		AtomicReference<ContextView> inside = new AtomicReference<>();
		Disposable subscription = this.manager.run("parent", "in", Mono.deferContextual((context) -> {
			inside.set(context);
			return Mono.never();
		})).subscribe();
		Await.until("the work", () -> inside.get() != null);
		subscription.dispose();
		Mono<Integer> late = this.manager.run("late", "in", Mono.just(1));
		StepVerifier.create(late.contextWrite(inside.get())).expectError(CancellationException.class).verify(TIMEOUT);
		bench.awaitNoLiveRuns();
		assertThat(told()).containsExactly("parent Start", "parent Cancel");
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G3 work that outlives its completed run opens runs that are told after its end")
	void shouldOpenADetachedRunInACompletedOne(HandlerKind kind) {
		Bench bench = bench(kind);
		AtomicReference<ContextView> inside = new AtomicReference<>();
		this.manager.run("parent", "in", Mono.deferContextual((context) -> {
			inside.set(context);
			return Mono.just(1);
		})).block(TIMEOUT);
		this.manager.run("late", "in", Mono.just(1)).contextWrite(inside.get()).block(TIMEOUT);
		bench.awaitNoLiveRuns();
		assertThat(told()).containsExactly("parent Start", "parent End", "late Start", "late End");
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_CLASS", "ASYNC_CLASS", "SYNC_LOCKSTEP", "SYNC_SERIAL", "ASYNC_SERIAL" })
	@DisplayName("G3 each handler has the order of its own, however far behind it is")
	void shouldOrderEachHandlerOnItsOwn(HandlerKind kind) {
		Probe slow = new Probe().react((event) -> slowly());
		Bench bench = Bench.of(kind.registration(this.probe), kind.registration(slow));
		this.manager = bench.manager();
		Flux<Integer> work = Flux.range(0, 5)
			.flatMap((i) -> this.manager.customEvent("told", i)
				.then(this.manager.run("child " + i, "in",
						Mono.delay(Duration.ofMillis(i), Schedulers.parallel()).thenReturn(i))));
		this.manager.run("parent", "in", work).blockLast(TIMEOUT);
		bench.awaitNoLiveRuns();
		for (Probe each : List.of(this.probe, slow)) {
			assertThat(each.events()).hasSize(17);
			assertThat(each.events().get(0)).isInstanceOf(ChainStart.class);
			assertThat(each.events().get(16)).isInstanceOf(RunEnd.class);
			assertThat(each.events().get(16).run().name()).isEqualTo("parent");
			assertThat(each.overlaps()).isEmpty();
		}
	}

	@Test
	@DisplayName("G3 an inline handler that opens a run does so after everybody was told the event it is inside of")
	void shouldTellAnEventToAllBeforeAnInlineHandlerActs() {
		Probe inline = new Probe();
		Bench bench = Bench.of(HandlerKind.ASYNC_INLINE.registration(inline),
				HandlerKind.ASYNC_CLASS.registration(this.probe));
		this.manager = bench.manager();
		inline.on(CustomEvent.class, (event) -> this.manager.run("child", "in", Mono.just(1)).then());
		this.manager.run("parent", "in", this.manager.customEvent("told", 1)).block(TIMEOUT);
		bench.awaitNoLiveRuns();
		assertThat(told()).containsExactly("parent Start", "told", "child Start", "child End", "parent End");
	}

	@Test
	@DisplayName("G1 a run whose result cannot be made fails, and ends")
	void shouldFailWhenTheResultCannotBeMade() {
		Bench bench = bench(HandlerKind.ASYNC_CLASS);
		StepVerifier
			.create(this.manager.run(new RunSpec(RunType.CHAIN, "parent", RunOptions.NONE), new BrokenEvents(),
					(run) -> Flux.just(1)))
			.expectNext(1)
			.expectErrorMessage("cannot be made")
			.verify(TIMEOUT);
		bench.awaitNoLiveRuns();
		assertThat(told()).containsExactly("parent Start", "parent Error");
	}

	/** Cannot say how the run ended well. */
	private static final class BrokenEvents implements RunEvents<Integer> {

		@Override
		public RunStart started(Run run) {
			return new ChainStart(run, run.startedAt(), "in");
		}

		@Override
		public void accept(Integer item) {
		}

		@Override
		public RunEnd completed(Run run, Duration duration) {
			throw new IllegalStateException("cannot be made");
		}

		@Override
		public RunEnd failed(Run run, Duration duration, Throwable error) {
			return new ChainError(run, run.startedAt(), duration, error);
		}

		@Override
		public RunEnd cancelled(Run run, Duration duration) {
			return new ChainCancel(run, run.startedAt(), duration);
		}

	}

}
