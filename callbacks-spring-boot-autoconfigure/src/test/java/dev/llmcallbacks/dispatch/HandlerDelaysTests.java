package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import dev.llmcallbacks.callback.LlmCallback.Overflow;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what is measured, shown and logged of handlers that take long.
 */
@ExtendWith(OutputCaptureExtension.class)
class HandlerDelaysTests {

	private static final Pattern OCCUPIED = Pattern.compile("Handler '(\\w+)' occupied the thread .*, for (\\d+) ms");

	private final CountDownLatch latch = new CountDownLatch(1);

	private final Probe probe = new Probe();

	@AfterEach
	void letGo() {
		this.latch.countDown();
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_CLASS", "SYNC_SERIAL", "ASYNC_CLASS", "SYNC_LOCKSTEP", "SYNC_PER_ROOT_RUN" })
	@DisplayName("F12 which handler a run waits for is known while it waits")
	void shouldShowWhatARunWaitsFor(HandlerKind kind) {
		waitIn(ChatModelStart.class);
		Bench bench = Bench.of(kind, this.probe);
		bench.client().prompt("Hi").model("m-1").result().subscribe();
		Await.until("the wait", () -> isWaiting(bench, ChatModelStart.class));
		Await.until("the call", () -> !single(bench.manager().handlers()).calls().isEmpty());
		RunStatus run = single(bench.manager().runs());
		assertThat(run.model()).isEqualTo("m-1");
		HandlerCall wait = single(run.waitsFor());
		assertThat(wait.handler()).isEqualTo(bench.statistics().name());
		assertThat(wait.duration()).isBetween(Duration.ZERO, Await.TIMEOUT);
		HandlerCall call = single(single(bench.manager().handlers()).calls());
		assertThat(call.runId()).isEqualTo(run.run().id());
		assertThat(call.event()).isEqualTo(ChatModelStart.class);
		Await.until("time to pass",
				() -> single(single(bench.manager().runs()).waitsFor()).duration().compareTo(wait.duration()) > 0);
		this.latch.countDown();
		bench.awaitNoLiveRuns();
		assertThat(single(bench.manager().handlers()).calls()).isEmpty();
		assertThat(bench.statistics().longest()).isGreaterThanOrEqualTo(call.duration())
			.isLessThanOrEqualTo(bench.statistics().timeInHandler());
		assertThat(bench.statistics().timeHeldUp()).isGreaterThanOrEqualTo(call.duration());
		assertThat(bench.statistics().runsHeldUp()).isEqualTo(1);
	}

	@Test
	@DisplayName("F12 a run whose tokens fill the queue of a handler waits for it")
	void shouldShowThatTheWorkIsPaused() {
		waitIn(LlmNewToken.class);
		Bench bench = bench(HandlerKind.SYNC_CLASS, (settings) -> settings.overflow(Overflow.BACKPRESSURE, 1))
			.answering("a", "b", "c", "d", "e");
		bench.client().prompt("Hi").result().subscribe();
		Await.until("the wait", () -> isWaiting(bench, LlmNewToken.class));
		this.latch.countDown();
		bench.awaitNoLiveRuns();
		assertThat(bench.statistics().timeHeldUp()).isPositive();
	}

	@Test
	@DisplayName("F12 a run that has ended waits for the handlers of its terminal event")
	void shouldShowThatTheEndWaits() {
		waitIn(LlmEnd.class);
		Bench bench = Bench.of(HandlerKind.ASYNC_CLASS, this.probe);
		bench.client().prompt("Hi").result().subscribe();
		Await.until("the wait", () -> isWaiting(bench, LlmEnd.class));
		this.latch.countDown();
		bench.awaitNoLiveRuns();
	}

	@Test
	@DisplayName("F12 calls are counted while the handler's thread has not finished all that is queued")
	void shouldCountDuringALongTurn() {
		CountDownLatch second = new CountDownLatch(1);
		this.probe.on(LlmNewToken.class, (token) -> token.token().equals("a") ? Mono.delay(Duration.ofMillis(20)).then()
				: Mono.fromRunnable(() -> Await.zero(second)));
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, this.probe).bursting(3, "a", "b", "c");
		bench.client().prompt("Hi").result().subscribe();
		Await.until("the first token", () -> bench.statistics().delivered() == 2);
		assertThat(bench.statistics().timeInHandler()).isGreaterThanOrEqualTo(Duration.ofMillis(20));
		assertThat(bench.statistics().longest()).isGreaterThanOrEqualTo(Duration.ofMillis(20));
		assertThat(bench.statistics().mean()).isPositive();
		second.countDown();
		bench.awaitNoLiveRuns();
	}

	@Test
	@DisplayName("F12 a handler that holds up runs is logged at a falling rate")
	void shouldLogAHandlerThatHoldsUpRuns(CapturedOutput output) {
		HandlerDelays delays = new HandlerDelays("slow", false);
		delays.heldUp(Duration.ofMillis(999).toNanos());
		assertThat(output).doesNotContain("Handler 'slow'");
		for (int i = 1; i <= 7; i++) {
			delays.heldUp(Duration.ofSeconds(i).toNanos());
		}
		assertThat(output.toString().lines().filter((line) -> line.contains("Handler 'slow'"))).hasSize(3)
			.allMatch((line) -> line.contains("WARN"))
			.satisfiesExactly((line) -> assertThat(line).endsWith("Handler 'slow' has held up a run for 1.0 s"),
					(line) -> assertThat(line).endsWith("Handler 'slow' has held up 2 runs for 1.5 s on average"),
					(line) -> assertThat(line).endsWith("Handler 'slow' has held up 4 runs for 2.5 s on average"));
		assertThat(delays.runs()).isEqualTo(8);
	}

	@ParameterizedTest
	@EnumSource(names = { "ASYNC_CLASS", "ASYNC_FUNCTION", "ASYNC_LOCKSTEP", "SYNC_INLINE" })
	@DisplayName("F13 a handler that blocks a thread that must not be blocked is logged")
	void shouldLogAHandlerThatBlocksAnEventLoop(HandlerKind kind, CapturedOutput output) {
		this.probe.on(LlmNewToken.class, (token) -> {
			await(Duration.ofMillis(120));
			return Mono.empty();
		});
		Bench bench = Bench.of(kind, this.probe).answering("a");
		bench.client().prompt("Hi").result().subscribeOn(Schedulers.parallel()).block(Await.TIMEOUT);
		assertThat(output.toString()
			.lines()
			.filter((line) -> line.contains("which must not be blocked") && line.contains("in LlmNewToken")))
			.singleElement()
			.asString()
			.containsPattern("WARN.*Handler '" + bench.statistics().name()
					+ "' occupied the thread parallel-\\d+, which must not be blocked, for \\d+ ms in LlmNewToken")
			.contains((kind == HandlerKind.SYNC_INLINE) ? "use another delivery than INLINE"
					: "let it implement CallbackHandler");
	}

	@Test
	@DisplayName("F13 a handler that blocks before it returns what it waits for is logged")
	void shouldLogAHandlerThatBlocksFirst(CapturedOutput output) {
		this.probe.on(LlmNewToken.class, (token) -> {
			await(Duration.ofMillis(120));
			return Mono.delay(Duration.ofMillis(5)).then();
		});
		Bench bench = Bench.of(HandlerKind.ASYNC_CLASS, this.probe).answering("a");
		bench.client().prompt("Hi").result().subscribeOn(Schedulers.parallel()).block(Await.TIMEOUT);
		assertThat(output).containsPattern(
				"occupied the thread parallel-\\d+, which must not be blocked, for \\d+ ms in LlmNewToken");
	}

	@Test
	@DisplayName("F13 a handler that waits without blocking is not logged, nor one that blocks a thread of its own")
	void shouldNotLogAHandlerThatDoesNotBlock(CapturedOutput output) {
		Duration wait = Duration.ofMillis(500);
		this.probe.on(LlmNewToken.class, (token) -> Mono.delay(wait).then());
		Bench bench = Bench
			.of(HandlerKind.ASYNC_CLASS.registration(this.probe), HandlerKind.SYNC_CLASS.registration(new Probe()
				.on(LlmNewToken.class, (token) -> Mono.fromRunnable(() -> await(Duration.ofMillis(120))))))
			.answering("a");
		bench.client().prompt("Hi").result().subscribeOn(Schedulers.parallel()).block(Await.TIMEOUT);
		// a call occupies its thread while the thread waits for a processor, too
		assertThat(OCCUPIED.matcher(output).results()).allSatisfy((logged) -> {
			assertThat(logged.group(1)).isEqualTo("AsyncClass");
			assertThat(Long.parseLong(logged.group(2))).isLessThan(wait.toMillis());
		});
	}

	private void waitIn(Class<? extends CallbackEvent> event) {
		this.probe.on(event,
				(each) -> Mono.fromRunnable(() -> Await.zero(this.latch))
					.subscribeOn(Schedulers.boundedElastic())
					.then());
	}

	private static void await(Duration duration) {
		long end = System.nanoTime() + duration.toNanos();
		while (System.nanoTime() < end) {
			// blocks as a call does that no tool knows of
		}
	}

	private Bench bench(HandlerKind kind, UnaryOperator<TestSettings> settings) {
		return Bench.of(kind, this.probe, settings);
	}

	private static boolean isWaiting(Bench bench, Class<? extends CallbackEvent> event) {
		return bench.manager()
			.runs()
			.stream()
			.flatMap((run) -> run.waitsFor().stream())
			.anyMatch((wait) -> wait.event() == event);
	}

	private static <T> T single(List<T> elements) {
		assertThat(elements).hasSize(1);
		return elements.get(0);
	}

}
