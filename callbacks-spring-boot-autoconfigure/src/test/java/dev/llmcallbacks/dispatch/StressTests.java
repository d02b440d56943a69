package dev.llmcallbacks.dispatch;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random schedules. {@code -Dllm.stress.schedules=100000} makes it a long run,
 * {@code -Dllm.stress.seed=…} repeats one.
 */
class StressTests {

	private static final Log logger = LogFactory.getLog(StressTests.class);

	private static final int THREADS = 4;

	private final LoggingSystem logging = LoggingSystem.get(getClass().getClassLoader());

	private final int schedules = Integer.getInteger("llm.stress.schedules", 1500);

	private final long seed = Long.getLong("llm.stress.seed", ThreadLocalRandom.current().nextLong());

	private final AtomicInteger next = new AtomicInteger();

	private final AtomicReference<AssertionError> failure = new AtomicReference<>();

	// each schedule has handlers that fail for the first time
	@BeforeEach
	void logNoFailures() {
		this.logging.setLogLevel(CallbackManager.class.getName(), LogLevel.OFF);
	}

	@AfterEach
	void logFailures() {
		this.logging.setLogLevel(CallbackManager.class.getName(), null);
	}

	@Test
	@DisplayName("G1 G3 G7 G12 G14 G16 G18 G21 every schedule ends, in order, with nothing lost, doubled or left")
	void shouldHoldInEverySchedule() throws InterruptedException {
		logger.info(this.schedules + " schedules with seed " + this.seed);
		ThreadPoolTaskExecutor pool = new ThreadPoolTaskExecutor();
		pool.setCorePoolSize(8);
		pool.setQueueCapacity(10_000);
		pool.initialize();
		Thread[] threads = new Thread[THREADS];
		for (int i = 0; i < THREADS; i++) {
			threads[i] = new Thread(() -> runSchedules(pool), "stress-" + i);
			threads[i].start();
		}
		for (Thread thread : threads) {
			thread.join();
		}
		pool.shutdown();
		if (this.failure.get() != null) {
			throw this.failure.get();
		}
		assertThat(this.next.get()).isGreaterThanOrEqualTo(this.schedules);
	}

	private void runSchedules(ThreadPoolTaskExecutor pool) {
		for (int i = this.next.getAndIncrement(); i < this.schedules
				&& this.failure.get() == null; i = this.next.getAndIncrement()) {
			long ofSchedule = this.seed + i;
			try {
				new StressSchedule(ofSchedule, pool).run();
			}
			catch (Throwable ex) {
				String repeat = "repeat with -Dllm.stress.schedules=1 -Dllm.stress.seed=" + ofSchedule;
				this.failure.compareAndSet(null, new AssertionError(repeat, ex));
			}
		}
	}

}
