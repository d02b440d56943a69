package dev.llmcallbacks.dispatch;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two threads that do something at the same moment, again and again.
 */
final class Race {

	private static final int SPINS = 5000;

	private final AtomicInteger arrived = new AtomicInteger();

	private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

	private final int rounds;

	private Race(int rounds) {
		this.rounds = rounds;
	}

	/**
	 * Let two threads race.
	 * @param rounds how often
	 * @param round makes what is done in one round
	 */
	static void run(int rounds, Round round) {
		Race race = new Race(rounds);
		AtomicReference<Contest> current = new AtomicReference<>();
		Thread second = new Thread(() -> race.guarded(() -> race.second(current)), "race");
		second.start();
		race.guarded(() -> race.first(current, round));
		try {
			second.join(Await.TIMEOUT.toMillis());
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException("interrupted", ex);
		}
		assertThat(race.failure.get()).isNull();
		assertThat(second.isAlive()).isFalse();
	}

	private void first(AtomicReference<Contest> current, Round round) {
		for (int i = 0; i < this.rounds && this.failure.get() == null; i++) {
			Contest contest = round.begin(i);
			current.set(contest);
			meet(2 * i + 1);
			contest.one().run();
			meet(2 * i + 2);
			contest.check().run();
		}
	}

	private void second(AtomicReference<Contest> current) {
		for (int i = 0; i < this.rounds && this.failure.get() == null; i++) {
			meet(2 * i + 1);
			current.get().other().run();
			meet(2 * i + 2);
		}
	}

	private void meet(int time) {
		this.arrived.incrementAndGet();
		for (int i = 0; this.arrived.get() < 2 * time && this.failure.get() == null; i++) {
			if (i < SPINS) {
				Thread.onSpinWait();
			}
			else {
				// there may be fewer processors than threads
				Thread.yield();
			}
		}
	}

	private void guarded(Runnable task) {
		try {
			task.run();
		}
		catch (Throwable ex) {
			this.failure.compareAndSet(null, ex);
		}
	}

	/**
	 * Makes the contests.
	 */
	@FunctionalInterface
	interface Round {

		Contest begin(int number);

	}

	/**
	 * What is done in one round.
	 *
	 * @param one what the one thread does
	 * @param other what the other thread does at the same moment
	 * @param check called when both have done it
	 */
	record Contest(Runnable one, Runnable other, Runnable check) {

	}

}
