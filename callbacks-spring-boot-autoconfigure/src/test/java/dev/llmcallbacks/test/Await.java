package dev.llmcallbacks.test;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

import org.awaitility.Awaitility;

/**
 * Bounded waiting on the thread of the test.
 */
public final class Await {

	/** How long to wait at most. */
	public static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final Duration INTERVAL = Duration.ofNanos(100_000);

	private Await() {
	}

	public static void until(BooleanSupplier condition) {
		until("the condition", condition);
	}

	public static void until(String what, BooleanSupplier condition) {
		Awaitility.await(what).atMost(TIMEOUT).pollInterval(INTERVAL).until(condition::getAsBoolean);
	}

	public static void zero(CountDownLatch latch) {
		until("the latch to be zero", () -> latch.getCount() == 0);
	}

}
