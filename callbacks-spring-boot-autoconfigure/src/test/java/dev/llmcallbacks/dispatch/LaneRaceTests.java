package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import dev.llmcallbacks.callback.LlmCallback.Overflow;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.Race.Contest;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the moments at which two threads meet in a lane.
 */
class LaneRaceTests {

	private static final RunSpec SPEC = new RunSpec(RunType.CHAIN, "chain", RunOptions.NONE);

	private static final int RUNS = 800;

	private final Probe probe = new Probe();

	@ParameterizedTest
	@EnumSource(names = { "SYNC_CLASS", "ASYNC_CLASS", "SYNC_INLINE", "SYNC_SERIAL", "ASYNC_SERIAL" })
	@DisplayName("G7 an event that is appended while the drain ends is drained")
	void shouldDrainWhatIsAppendedWhileTheDrainEnds(HandlerKind kind) {
		AtomicInteger heard = new AtomicInteger();
		Probe counting = new Probe().on(CustomEvent.class, (event) -> Mono.fromRunnable(heard::incrementAndGet));
		OpenRun run = new OpenRun(Bench.of(kind, counting).manager());
		Race.run(3000, (round) -> new Contest(() -> run.emit(round), () -> run.emit(round),
				() -> Await.until("both events", () -> heard.get() == 2 * round + 2)));
		assertThat(counting.overlaps()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_CLASS", "ASYNC_CLASS", "SYNC_INLINE", "SYNC_SERIAL", "ASYNC_SERIAL" })
	@DisplayName("G7 an event that is appended while an asynchronous call ends is drained")
	void shouldDrainWhatIsAppendedWhileACallEnds(HandlerKind kind) {
		AtomicInteger heard = new AtomicInteger();
		AtomicReference<Sinks.Empty<Void>> call = new AtomicReference<>(Sinks.empty());
		boolean async = !kind.isSync();
		Probe counting = new Probe().on(CustomEvent.class, (event) -> {
			heard.incrementAndGet();
			return (async && (Integer) event.data() == 0) ? call.get().asMono() : Mono.empty();
		});
		OpenRun run = new OpenRun(Bench.of(kind, counting).manager());
		Race.run(3000, (round) -> {
			call.set(Sinks.empty());
			run.emit(0);
			return new Contest(() -> run.emit(1), () -> call.get().tryEmitEmpty(),
					() -> Await.until("both events", () -> heard.get() == 2 * round + 2));
		});
		assertThat(counting.overlaps()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(
			names = { "SYNC_CLASS", "ASYNC_CLASS", "SYNC_INLINE", "SYNC_SERIAL", "ASYNC_SERIAL", "SYNC_PER_ROOT_RUN" })
	@DisplayName("G1 cancel against append: one end, and nothing after it")
	void shouldHearOneEndWhenCancelledWhileAnEventIsTold(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe);
		Race.run(RUNS, (round) -> {
			OpenRun run = new OpenRun(bench.manager());
			return new Contest(() -> {
				run.emit(1);
				run.emit(2);
			}, run.subscriber::cancel, bench::awaitNoLiveRuns);
		});
		assertOneStartAndOneEnd();
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_CLASS", "ASYNC_CLASS", "SYNC_INLINE", "SYNC_SERIAL", "ASYNC_SERIAL" })
	@DisplayName("G1 cancel against completion: one end, whichever it is")
	void shouldHearOneEndWhenCancelledWhileTheWorkEnds(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe);
		Race.run(RUNS, (round) -> {
			OpenRun run = new OpenRun(bench.manager());
			return new Contest(run.done::tryEmitEmpty, run.subscriber::cancel, bench::awaitNoLiveRuns);
		});
		assertOneStartAndOneEnd();
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_CLASS", "ASYNC_CLASS", "SYNC_INLINE", "SYNC_SERIAL", "ASYNC_SERIAL" })
	@DisplayName("G1 cancel against start: no end comes without or before its start")
	void shouldHearTheStartFirstWhenCancelledAtOnce(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe);
		Race.run(RUNS, (round) -> {
			AtomicReference<Subscription> subscription = new AtomicReference<>();
			return new Contest(() -> bench.manager()
				.run(SPEC, new ChainEvents<>("in"), (run) -> Mono.never())
				.subscribe(new BaseSubscriber<>() {

					@Override
					protected void hookOnSubscribe(Subscription given) {
						subscription.set(given);
					}

				}), () -> {
					while (subscription.get() == null) {
						Thread.onSpinWait();
					}
					subscription.get().cancel();
				}, bench::awaitNoLiveRuns);
		});
		assertOneStartAndOneEnd();
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_CLASS", "ASYNC_CLASS", "SYNC_INLINE", "SYNC_SERIAL", "ASYNC_SERIAL" })
	@DisplayName("G3 cancel against the opening of a child: the child ends before its parent, or never starts")
	void shouldEndTheChildFirstWhenCancelledWhileItOpens(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe);
		Mono<Object> child = bench.manager().run("child", "in", Mono.never());
		Race.run(RUNS, (round) -> {
			OpenRun run = new OpenRun(bench.manager());
			return new Contest(() -> child.contextWrite(((RunHandle) run.run.get()).reactorContext())
				.onErrorComplete()
				.subscribe(), run.subscriber::cancel, bench::awaitNoLiveRuns);
		});
		for (RunEnd end : this.probe.of(RunEnd.class)) {
			if (end.run().parentId() != null) {
				List<CallbackEvent> ofParent = this.probe.events(end.run().parentId());
				List<CallbackEvent> all = this.probe.events();
				assertThat(all.indexOf(end)).isLessThan(all.indexOf(ofParent.get(ofParent.size() - 1)));
			}
		}
		assertThat(this.probe.of(RunEnd.class)).hasSameSizeAs(this.probe.of(RunStart.class));
	}

	private void assertOneStartAndOneEnd() {
		assertThat(this.probe.of(RunStart.class)).hasSize(RUNS);
		assertThat(this.probe.overlaps()).isEmpty();
		this.probe.events()
			.stream()
			.collect(Collectors.groupingBy((event) -> event.run().id()))
			.values()
			.forEach((events) -> {
				assertThat(events.get(0)).isInstanceOf(RunStart.class);
				assertThat(events.get(events.size() - 1)).isInstanceOf(RunEnd.class);
				assertThat(events).filteredOn((event) -> event instanceof RunEnd).hasSize(1);
			});
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_CLASS", "ASYNC_CLASS", "SYNC_SERIAL", "ASYNC_SERIAL" })
	@DisplayName("G12 overflow against drain: a token is heard or counted as dropped, never both and never neither")
	void shouldHearOrCountEveryTokenWhenDropped(HandlerKind kind) {
		AtomicInteger heard = new AtomicInteger();
		Bench bench = overflowing(kind, heard, Overflow.DROP_OLDEST);
		OpenRun run = new OpenRun(bench.manager());
		Race.run(3000, (round) -> new Contest(() -> run.token("x"), () -> run.token("x"), () -> {
		}));
		Await.until("everything", () -> heard.get() + bench.statistics().dropped() == 6000);
		run.done.tryEmitEmpty();
		bench.awaitNoLiveRuns();
		assertThat(heard.get() + bench.statistics().dropped()).isEqualTo(6000);
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_CLASS", "ASYNC_CLASS", "SYNC_SERIAL", "ASYNC_SERIAL" })
	@DisplayName("G12 overflow against drain: merged tokens are heard once")
	void shouldHearEveryTokenOnceWhenMerged(HandlerKind kind) {
		AtomicInteger heard = new AtomicInteger();
		Bench bench = overflowing(kind, heard, Overflow.COALESCE);
		OpenRun run = new OpenRun(bench.manager());
		Race.run(3000, (round) -> new Contest(() -> run.token("x"), () -> run.token("x"), () -> {
		}));
		run.done.tryEmitEmpty();
		bench.awaitNoLiveRuns();
		assertThat(heard).hasValue(6000);
	}

	private static Bench overflowing(HandlerKind kind, AtomicInteger heard, Overflow overflow) {
		Probe counting = new Probe().on(LlmNewToken.class, (token) -> {
			heard.addAndGet(token.token().length());
			return (heard.get() % 7 == 0) ? Mono.delay(Duration.ofNanos(1000)).then() : Mono.empty();
		});
		return Bench.of(kind, counting, (settings) -> settings.overflow(overflow, 2));
	}

	/** A run whose work ends when it is told to. */
	private static final class OpenRun {

		private final AtomicReference<ActiveRun> run = new AtomicReference<>();

		private final Sinks.Empty<Object> done = Sinks.empty();

		private final BaseSubscriber<Object> subscriber = new BaseSubscriber<>() {
		};

		OpenRun(CallbackManager manager) {
			manager.run(SPEC, new ChainEvents<>("in"), (active) -> {
				this.run.set(active);
				return this.done.asMono();
			}).subscribe(this.subscriber);
			Await.until("the work", () -> this.run.get() != null);
		}

		void emit(int number) {
			this.run.get().emit(new CustomEvent(this.run.get().run(), Instant.now(), "event", number));
		}

		void token(String text) {
			this.run.get().emit(new LlmNewToken(this.run.get().run(), Instant.now(), text, 0, ChatChunk.text(text)));
		}

	}

}
