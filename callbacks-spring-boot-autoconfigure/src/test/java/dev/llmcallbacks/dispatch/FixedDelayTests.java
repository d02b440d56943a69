package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FixedDelay}.
 */
class FixedDelayTests {

	private static final Duration DELAY = Duration.ofMillis(320);

	/** By how much a task may be late. */
	private static final Duration LATE = Duration.ofMillis(10);

	@RegisterExtension
	private final StoppedClock time = new StoppedClock();

	private final FixedDelay delay = new FixedDelay(DELAY);

	private final List<String> run = new ArrayList<>();

	@Test
	void shouldRunATaskAfterTheDelayAndNotBefore() {
		schedule("task");
		this.time.advanceTimeBy(DELAY.minusNanos(1));
		assertThat(this.run).isEmpty();
		this.time.advanceTimeBy(Duration.ofNanos(1));
		assertThat(this.run).containsExactly("task");
	}

	@Test
	void shouldRunTasksInTheirOrderEachInItsTime() {
		schedule("first");
		this.time.advanceTimeBy(Duration.ofMillis(100));
		schedule("second");
		this.time.advanceTimeBy(Duration.ofMillis(220));
		assertThat(this.run).containsExactly("first");
		this.time.advanceTimeBy(Duration.ofMillis(100).plus(LATE));
		assertThat(this.run).containsExactly("first", "second");
	}

	@Test
	void shouldRunTasksThatComeCloseTogetherWithinTheTolerance() {
		schedule("first");
		this.time.advanceTimeBy(Duration.ofMillis(1));
		schedule("second");
		this.time.advanceTimeBy(DELAY.minusMillis(1).plus(LATE));
		assertThat(this.run).containsExactly("first", "second");
	}

	@Test
	void shouldForgetWhatIsDisposedOf() {
		Disposable task = schedule("forgotten");
		schedule("kept");
		task.dispose();
		this.time.advanceTimeBy(DELAY.plus(LATE));
		assertThat(this.run).containsExactly("kept");
	}

	@Test
	void shouldGoOnAfterHavingHadNothingToDo() {
		schedule("first");
		this.time.advanceTimeBy(DELAY.multipliedBy(10));
		schedule("second");
		this.time.advanceTimeBy(DELAY);
		assertThat(this.run).containsExactly("first", "second");
	}

	@Test
	void shouldTakeATaskThatATaskSchedules() {
		this.delay.schedule(() -> schedule("inner"));
		this.time.advanceTimeBy(DELAY);
		assertThat(this.run).isEmpty();
		this.time.advanceTimeBy(DELAY.plus(LATE));
		assertThat(this.run).containsExactly("inner");
	}

	@Test
	void shouldGoOnAfterItsSchedulerWasReplaced() {
		schedule("lost for now");
		this.time.replace();
		schedule("next");
		this.time.advanceTimeBy(DELAY);
		assertThat(this.run).containsExactly("lost for now", "next");
	}

	@Test
	void shouldNotWaitForTheTimeOfAClockThatWasAhead() {
		this.time.advanceTimeBy(Duration.ofDays(1));
		schedule("lost for now");
		this.time.replace();
		schedule("next");
		this.time.advanceTimeBy(DELAY);
		assertThat(this.run).containsExactly("lost for now", "next");
	}

	private Disposable schedule(String name) {
		return this.delay.schedule(() -> this.run.add(name));
	}

}
