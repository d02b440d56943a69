package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.function.LongSupplier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link SingleTimer}.
 */
class SingleTimerTests {

	private static final Duration DELAY = Duration.ofMillis(5);

	@RegisterExtension
	private final StoppedClock time = new StoppedClock();

	private int runs;

	private boolean needed;

	private LongSupplier task = () -> 0;

	private final SingleTimer timer = new SingleTimer(DELAY, new SingleTimer.Task() {

		@Override
		public long run() {
			SingleTimerTests.this.runs++;
			return SingleTimerTests.this.task.getAsLong();
		}

		@Override
		public boolean isNeeded() {
			boolean needed = SingleTimerTests.this.needed;
			SingleTimerTests.this.needed = false;
			return needed;
		}

	});

	@Test
	void shouldRunOnceForAllWhoStartIt() {
		this.timer.start();
		this.time.advanceTimeBy(DELAY.minusNanos(1));
		this.timer.start();
		assertThat(this.runs).isZero();
		this.time.advanceTimeBy(Duration.ofNanos(1));
		assertThat(this.runs).isEqualTo(1);
		this.time.advanceTimeBy(DELAY.multipliedBy(2));
		assertThat(this.runs).isEqualTo(1);
	}

	@Test
	void shouldRunAgainWhenStartedAfterwards() {
		this.timer.start();
		this.time.advanceTimeBy(DELAY);
		this.timer.start();
		this.time.advanceTimeBy(DELAY);
		assertThat(this.runs).isEqualTo(2);
	}

	@Test
	void shouldRunAgainAsTheTaskSays() {
		this.task = () -> (this.runs == 1) ? Duration.ofMillis(2).toNanos() : 0;
		this.timer.start();
		this.time.advanceTimeBy(DELAY);
		this.timer.start();
		this.time.advanceTimeBy(Duration.ofMillis(2));
		assertThat(this.runs).isEqualTo(2);
		this.time.advanceTimeBy(DELAY.multipliedBy(2));
		assertThat(this.runs).isEqualTo(2);
	}

	@Test
	void shouldRunAgainForOneWhoCameWhileItRan() {
		this.task = () -> {
			this.timer.start();
			this.needed = this.runs == 1;
			return 0;
		};
		this.timer.start();
		this.time.advanceTimeBy(DELAY);
		assertThat(this.runs).isEqualTo(1);
		this.time.advanceTimeBy(DELAY);
		assertThat(this.runs).isEqualTo(2);
		this.time.advanceTimeBy(DELAY.multipliedBy(2));
		assertThat(this.runs).isEqualTo(2);
	}

	@Test
	void shouldReplaceATimerThatWasLost() {
		this.timer.start();
		this.time.replace();
		this.timer.start();
		this.time.advanceTimeBy(DELAY);
		assertThat(this.runs).isEqualTo(1);
	}

	@Test
	void shouldRunOnceWhenTheReplacedTimerWasNotLostAfterAll() {
		this.timer.start();
		VirtualTimeScheduler replaced = this.time.replace();
		this.timer.start();
		replaced.advanceTimeBy(DELAY);
		assertThat(this.runs).isZero();
		this.time.advanceTimeBy(DELAY);
		assertThat(this.runs).isEqualTo(1);
	}

	@Test
	void shouldNotBeReplacedWhileItRuns() {
		this.task = () -> {
			this.time.replace();
			this.timer.start();
			this.time.advanceTimeBy(DELAY.multipliedBy(2));
			return 0;
		};
		this.timer.start();
		this.time.advanceTimeBy(DELAY);
		assertThat(this.runs).isEqualTo(1);
	}

	@Test
	void shouldGoOnAfterATaskThatThrew() {
		this.task = () -> {
			throw new IllegalStateException("thrown by the task");
		};
		this.timer.start();
		assertThatIllegalStateException().isThrownBy(() -> this.time.advanceTimeBy(DELAY));
		// a clock that has seen an exception does not go on
		this.time.replace();
		this.task = () -> 0;
		this.timer.start();
		this.time.advanceTimeBy(DELAY);
		assertThat(this.runs).isEqualTo(2);
	}

}
