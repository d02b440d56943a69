package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StoppedClock}.
 */
class StoppedClockTests {

	private static final Duration DELAY = Duration.ofMillis(5);

	private static final Thread LEFT_BEHIND = new Thread(StoppedClockTests::goOn, "left behind");

	@RegisterExtension
	private final StoppedClock time = new StoppedClock();

	@BeforeAll
	static void leaveAThreadBehind() {
		LEFT_BEHIND.start();
	}

	@AfterAll
	static void stop() throws InterruptedException {
		LEFT_BEHIND.interrupt();
		LEFT_BEHIND.join();
	}

	@Test
	void shouldNotBeDisturbedByThreadsThatWereThereBefore() {
		AtomicInteger run = new AtomicInteger();
		for (int i = 1; i <= 10_000; i++) {
			Schedulers.parallel().schedule(run::incrementAndGet, DELAY.toNanos(), TimeUnit.NANOSECONDS);
			this.time.advanceTimeBy(DELAY.minusNanos(1));
			assertThat(run).hasValue(i - 1);
			this.time.advanceTimeBy(Duration.ofNanos(1));
			assertThat(run).hasValue(i);
		}
		assertThat(this.time.scheduled()).isEqualTo(run.get());
	}

	private static void goOn() {
		while (!Thread.currentThread().isInterrupted()) {
			Schedulers.parallel().schedule(() -> {
			}).dispose();
		}
	}

}
