package dev.llmcallbacks.test;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

import org.awaitility.Awaitility;

/**
 * Bounded waiting on the thread of the test.
 */
public final class Await {

	/** How long to wait at most. */
	public static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final Duration INTERVAL = Duration.ofNanos(100_000);

	private Await() {
	}

	public static void until(BooleanSupplier condition) {
		until("the condition", condition);
	}

	public static void until(String what, BooleanSupplier condition) {
		Awaitility.await(what).atMost(TIMEOUT).pollInterval(INTERVAL).until(condition::getAsBoolean);
	}

	/**
	 * Wait for the outcome of a stage. {@link CompletableFuture#orTimeout} is not used:
	 * it makes the thread that completes the future take the lock of the timer of all
	 * futures, and BlockHound breaks that lock when the thread must not block.
	 */
	public static <T> T outcome(CompletionStage<T> stage) {
		CompletableFuture<T> future = stage.toCompletableFuture();
		try {
			future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			// join() throws it as the stage has it
		}
		catch (TimeoutException ex) {
			throw new AssertionError("No outcome after " + TIMEOUT, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError("Interrupted while waiting", ex);
		}
		return future.join();
	}

	public static void zero(CountDownLatch latch) {
		until("the latch to be zero", () -> latch.getCount() == 0);
	}

}
