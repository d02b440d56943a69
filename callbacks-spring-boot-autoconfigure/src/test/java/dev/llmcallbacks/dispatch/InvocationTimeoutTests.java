package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link InvocationTimeout}, and for calls that return just when their time is
 * up.
 */
class InvocationTimeoutTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private final Recorder recorder = new Recorder();

	@Test
	@DisplayName("G16 the interrupt of a late call never hits what the thread does next")
	void shouldNotInterruptWhatComesAfterTheCall() {
		InvocationTimeout watch = new InvocationTimeout(new InvocationTimeout.Limit(Duration.ofNanos(300_000)),
				this.recorder);
		int late = 0;
		for (int i = 0; i < 3000; i++) {
			watch.enter(Thread.currentThread());
			watch.begin("call");
			long until = System.nanoTime() + 200_000 + (i % 10) * 30_000L;
			while (System.nanoTime() < until) {
				Thread.onSpinWait();
			}
			late += (watch.end() != null) ? 1 : 0;
			watch.leave();
			assertThat(Thread.currentThread().isInterrupted()).as("round " + i).isFalse();
		}
		watch.cancel();
		assertThat(this.recorder.counted).hasValue(late);
		int told = late;
		Await.until("the timer", () -> this.recorder.late.get() == told);
	}

	@Test
	@DisplayName("G16 an interrupt that somebody else sent is left alone")
	void shouldLeaveOtherInterruptsAlone() {
		InvocationTimeout watch = new InvocationTimeout(new InvocationTimeout.Limit(Duration.ofMillis(1)),
				this.recorder);
		watch.enter(null);
		watch.begin("call");
		Await.until("the timer", () -> this.recorder.late.get() == 1);
		Thread.currentThread().interrupt();
		assertThat(watch.end()).isNotNull();
		assertThat(Thread.interrupted()).isTrue();
		watch.cancel();
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_CLASS", "ASYNC_CLASS", "SYNC_LOCKSTEP", "ASYNC_SERIAL" })
	@DisplayName("G15 G16 timeout against completion: what was counted as too late has failed the run")
	void shouldFailTheRunExactlyWhenTheTimeoutWasCounted(HandlerKind kind) {
		for (int i = 0; i < 150; i++) {
			long nanos = 1_500_000 + (i % 10) * 150_000L;
			Probe probe = new Probe().on(ChatModelStart.class, (start) -> Mono.delay(Duration.ofNanos(nanos)).then());
			Bench bench = Bench
				.of(kind, probe,
						(settings) -> settings.raiseError()
							.events(Set.of(RunStart.class))
							.timeout(Duration.ofNanos(2_200_000)))
				.answering("a");
			boolean failed = bench.client()
				.prompt("Hi")
				.result()
				.map((result) -> false)
				.onErrorReturn(CallbackException.class, true)
				.blockOptional(Await.TIMEOUT)
				.orElseThrow();
			assertThat(bench.statistics().timedOut() > 0).as("round " + i).isEqualTo(failed);
			// on a busy machine a later event than the first may be the one that is late
			assertThat(bench.calls()).isBetween(failed ? 0 : 1, 1);
			bench.awaitNoLiveRuns();
		}
	}

	@Test
	@DisplayName("G16 what waits for a call that is late is released once")
	void shouldReleaseOnce() {
		CountDownLatch done = new CountDownLatch(2);
		Countdown completion = new Countdown(done::countDown);
		AwaitedEvent entry = new AwaitedEvent(null, completion.expect(), 0);
		completion.arm();
		Race.run(1, (round) -> new Race.Contest(() -> entry.release(false), () -> entry.release(true), () -> {
		}));
		Await.until("the release", () -> done.getCount() == 1);
		assertThat(done.getCount()).isEqualTo(1);
	}

	@Nested
	class WithAStoppedClock {

		@RegisterExtension
		private final StoppedClock time = new StoppedClock();

		private final Recorder recorder = new Recorder();

		private final InvocationTimeout watch = new InvocationTimeout(new InvocationTimeout.Limit(LIMIT),
				this.recorder);

		@Test
		@DisplayName("G16 a call is told to be late once, and to be stuck after the same time again")
		void shouldTellThatACallIsLateAndThatItIsStuck() {
			this.watch.enter(null);
			this.watch.begin("call");
			this.time.advanceTimeBy(LIMIT.minusNanos(1));
			assertThat(this.recorder.late).hasValue(0);
			this.time.advanceTimeBy(LIMIT.dividedBy(4));
			assertThat(this.recorder.late).hasValue(1);
			this.time.advanceTimeBy(LIMIT.dividedBy(2));
			assertThat(this.recorder.stuck).hasValue(0);
			this.time.advanceTimeBy(LIMIT.dividedBy(2));
			assertThat(this.recorder.late).hasValue(1);
			assertThat(this.recorder.stuck).hasValue(1);
			assertThat(this.watch.isStuck()).isTrue();
			assertThat(this.watch.end()).isNotNull();
		}

		@Test
		@DisplayName("G16 a call that follows others without a pause has the whole time, and not much more")
		void shouldMeasureACallThatFollowsOthers() {
			this.watch.enter(null);
			for (int i = 0; i < 20; i++) {
				this.watch.begin("call " + i);
				this.time.advanceTimeBy(LIMIT.minusNanos(1));
				assertThat(this.watch.end()).isNull();
			}
			this.watch.begin("last");
			this.time.advanceTimeBy(LIMIT.plus(LIMIT.dividedBy(4)));
			assertThat(this.recorder.late).hasValue(1);
			assertThat(this.watch.end()).isNotNull();
		}

		@Test
		@DisplayName("G16 G21 one timer serves many calls, and none is left when the watch is cancelled")
		void shouldHaveOneTimerForManyCalls() {
			for (int i = 0; i < 100; i++) {
				this.watch.enter(null);
				this.watch.begin("call " + i);
				assertThat(this.watch.end()).isNull();
				this.watch.leave();
			}
			assertThat(this.time.scheduled()).isEqualTo(1);
			this.watch.cancel();
			this.time.advanceTimeBy(LIMIT.multipliedBy(3));
			assertThat(this.recorder.late).hasValue(0);
		}

	}

	/** Counts what it is told. */
	private static final class Recorder implements InvocationTimeout.Listener {

		private final AtomicInteger counted = new AtomicInteger();

		private final AtomicInteger late = new AtomicInteger();

		private final AtomicInteger stuck = new AtomicInteger();

		@Override
		public InvocationTimeout.Overdue overdue() {
			return new InvocationTimeout.Overdue(new TimeoutException("late"), this.counted.incrementAndGet());
		}

		@Override
		public void timedOut(Object subject, InvocationTimeout.Overdue overdue) {
			this.late.incrementAndGet();
		}

		@Override
		public void stuck(Object subject) {
			this.stuck.incrementAndGet();
		}

	}

}
