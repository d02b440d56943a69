package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the timeout of handlers.
 */
@ExtendWith(OutputCaptureExtension.class)
class HandlerTimeoutTests {

	private static final Duration TIMEOUT = Await.TIMEOUT;

	/** Long enough for a call to return in when it is interrupted, on a busy machine. */
	private static final UnaryOperator<TestSettings> LIMITED = (settings) -> settings.timeout(Duration.ofMillis(500));

	/** For calls that do not return, and long enough for those that do. */
	private static final UnaryOperator<TestSettings> SHORT = (settings) -> settings.timeout(Duration.ofMillis(250));

	private final Probe probe = new Probe();

	private final Probe other = new Probe();

	private final CountDownLatch latch = new CountDownLatch(1);

	@AfterEach
	void letGo() {
		this.latch.countDown();
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = { "SYNC_INLINE", "ASYNC_INLINE" })
	@DisplayName("G16 what waits is released, the call is interrupted or cancelled, and later events arrive")
	void shouldGiveUpACallThatTakesTooLong(HandlerKind kind) {
		List<String> ends = new CopyOnWriteArrayList<>();
		this.probe.on(ChatModelStart.class, (start) -> Mono.<Void>never().doOnCancel(() -> ends.add("cancelled")));
		this.probe.on(LlmNewToken.class,
				(token) -> Mono.fromRunnable(() -> ends.add("interrupted: " + Thread.currentThread().isInterrupted())));
		Bench bench = Bench.of(kind, this.probe, LIMITED).answering("a");
		bench.client().prompt("Hi").result().block(TIMEOUT);
		assertThat(ends).containsExactly("cancelled", "interrupted: false");
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmEnd");
		assertThat(bench.statistics().timedOut()).isEqualTo(1);
		assertThat(bench.statistics().failed()).isEqualTo(1);
		assertThat(bench.statistics().dropped()).isZero();
	}

	@Test
	@DisplayName("G16 the next event waits until the call has returned")
	void shouldWaitForTheReturnOfACallThatIsInterrupted() {
		this.probe.on(ChatModelStart.class, (start) -> stubbornly());
		Bench bench = Bench
			.of(HandlerKind.ASYNC_CLASS.registration(this.other),
					HandlerKind.SYNC_CLASS.registration(this.probe,
							(settings) -> settings.timeout(Duration.ofSeconds(1))))
			.answering("a");
		bench.client().prompt("Hi").result().doOnNext((result) -> this.latch.countDown()).subscribe();
		Await.until("the token to be heard by the other", () -> !this.other.tokens().isEmpty());
		assertThat(this.probe.names()).containsExactly("ChatModelStart");
		this.latch.countDown();
		Await.until("the end", this.probe::hasEnded);
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmEnd");
		assertThat(this.probe.overlaps()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_CLASS", "SYNC_FUNCTION", "SYNC_LOCKSTEP", "SYNC_SERIAL", "SYNC_PER_ROOT_RUN" })
	@DisplayName("G16 a lane whose call never returns is given up, logged and counted")
	void shouldGiveUpTheLaneWhenTheCallNeverReturns(HandlerKind kind, CapturedOutput output) {
		this.probe.on(LlmNewToken.class, (token) -> stubbornly());
		Bench bench = Bench.of(HandlerKind.ASYNC_CLASS.registration(this.other), kind.registration(this.probe, SHORT))
			.answering("a", "b", "c");
		LlmResult result = bench.client().prompt("Hi").result().block(TIMEOUT);
		assertThat(result).isNotNull();
		assertThat(result.text()).isEqualTo("abc");
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmNewToken");
		assertThat(this.other.names()).hasSize(5).endsWith("LlmEnd");
		assertThat(bench.statistics().timedOut()).isEqualTo(1);
		assertThat(bench.statistics().failed()).isEqualTo(1);
		assertThat(bench.statistics().dropped()).isEqualTo(3);
		assertThat(output).containsOnlyOnce("was abandoned for run");
		bench.awaitNoLiveRuns();
		this.latch.countDown();
		Await.until("the return", () -> bench.statistics().delivered() == 2);
		awaitFree(bench, 5);
	}

	// the lane is left after the call has been counted
	private void awaitFree(Bench bench, int eventsOfARun) {
		Await.until("the handler to be free", () -> {
			int heard = this.probe.events().size();
			bench.client().prompt("Again").result().block(TIMEOUT);
			return this.probe.events().size() == heard + eventsOfARun;
		});
	}

	@Test
	@DisplayName("G16 runs that wait for a serial handler which is stuck are given up with it, and go on")
	void shouldGiveUpTheLanesBehindASerialHandlerThatIsStuck() {
		this.probe.on(LlmNewToken.class, (token) -> stubbornly());
		Bench bench = Bench.of(HandlerKind.SYNC_SERIAL, this.probe, SHORT).answering("a");
		Flux.range(0, 4).flatMap((i) -> bench.client().prompt("Hi").result()).blockLast(TIMEOUT);
		bench.awaitNoLiveRuns();
		assertThat(this.probe.mostInside()).isEqualTo(1);
		this.latch.countDown();
		long before = bench.statistics().delivered();
		Await.until("the return", () -> bench.statistics().delivered() >= before);
		this.probe.react((event) -> Mono.empty());
		awaitFree(bench, 3);
	}

	@ParameterizedTest
	@EnumSource(names = { "ASYNC_CLASS", "ASYNC_SERIAL", "ASYNC_LOCKSTEP" })
	@DisplayName("G16 a call that has timed out while it was being subscribed to is cancelled then")
	void shouldCancelACallThatTimesOutBeforeItIsLeft(HandlerKind kind) {
		CountDownLatch cancelled = new CountDownLatch(1);
		this.probe.on(ChatModelStart.class, (start) -> {
			stubbornly(Duration.ofMillis(650));
			return Mono.<Void>never().doOnCancel(cancelled::countDown);
		});
		Bench bench = Bench.of(kind, this.probe, LIMITED).answering("a");
		bench.client().prompt("Hi").result().block(TIMEOUT);
		Await.zero(cancelled);
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmEnd");
	}

	@Test
	@DisplayName("G16 a timer that is late for one call leaves the next one alone")
	void shouldLeaveTheNextCallAloneWhenTheTimerIsLate() {
		Sinks.Empty<Void> call = Sinks.empty();
		AtomicReference<RunHandle> run = new AtomicReference<>();
		this.probe.on(LlmNewToken.class, (token) -> Mono.deferContextual((context) -> {
			run.set(CurrentRun.contextFrom(context).handle());
			return call.asMono();
		}));
		Bench bench = Bench.of(HandlerKind.ASYNC_CLASS, this.probe).answering("a");
		Mono<LlmResult> result = bench.client().prompt("Hi").result().cache();
		result.subscribe();
		Await.until("the call", () -> call.currentSubscriberCount() == 1);
		((LiveRun) run.get()).lanes()
			.all()
			.get(0)
			.timedOut(this.probe.events().get(0), new InvocationTimeout.Overdue(new TimeoutException("late"), 1));
		assertThat(call.currentSubscriberCount()).isEqualTo(1);
		call.tryEmitEmpty();
		result.block(TIMEOUT);
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = { "SYNC_INLINE", "ASYNC_INLINE" })
	@DisplayName("G16 a handler without a timeout may take as long as it likes")
	void shouldWaitWhenThereIsNoTimeout(HandlerKind kind) {
		this.probe.on(ChatModelStart.class, (start) -> Mono.delay(Duration.ofMillis(100)).then());
		Bench bench = Bench.of(kind, this.probe, (settings) -> settings.timeout(Duration.ZERO)).answering("a");
		bench.client().prompt("Hi").result().block(TIMEOUT);
		assertThat(bench.statistics().timedOut()).isZero();
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmEnd");
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = { "SYNC_INLINE", "ASYNC_INLINE" })
	@DisplayName("G16 each event has the whole timeout, however many there are")
	void shouldMeasureEachEvent(HandlerKind kind) {
		this.probe.on(CallbackEvent.class, (event) -> Mono.delay(Duration.ofMillis(35)).then());
		Bench bench = Bench.of(kind, this.probe, LIMITED)
			.answering("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n");
		bench.client().prompt("Hi").result().block(TIMEOUT);
		assertThat(bench.statistics().timedOut()).isZero();
		assertThat(bench.statistics().delivered()).isEqualTo(16);
	}

	// takes no notice of interrupts
	private Mono<Void> stubbornly() {
		return Mono.fromRunnable(() -> stubbornly(TIMEOUT));
	}

	private void stubbornly(Duration limit) {
		long deadline = System.nanoTime() + limit.toNanos();
		while (this.latch.getCount() > 0 && System.nanoTime() < deadline) {
			try {
				this.latch.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
			}
			catch (InterruptedException ex) {
				// as badly behaved handlers do
			}
		}
	}

}
