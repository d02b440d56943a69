package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.run.Run;

/**
 * How one run ends, which is decided once. Guarded by the lock of the run's
 * {@link RunSubscription}, but for a first look.
 */
final class RunEnding {

	private final RunEvents<?> events;

	private final Run run;

	private final long startNanos = System.nanoTime();

	private volatile @Nullable RunEnd end;

	private @Nullable Throwable error;

	RunEnding(RunEvents<?> events, Run run) {
		this.events = events;
		this.run = run;
	}

	boolean isDecided() {
		return this.end != null;
	}

	/**
	 * Return the run's last event.
	 * @return the event, or {@code null} as long as nothing is decided
	 */
	@Nullable RunEnd end() {
		return this.end;
	}

	/**
	 * Return what the subscriber is to be told.
	 * @return the error, or {@code null} if the run completes
	 */
	@Nullable Throwable error() {
		return this.error;
	}

	/**
	 * Decide how the run ends. One whose result cannot be made has failed.
	 * @param outcome the outcome
	 * @param error what the subscriber is to be told, if it is an error
	 * @return the run's last event
	 */
	RunEnd decide(Outcome outcome, @Nullable Throwable error) {
		this.error = error;
		RunEnd end = endOf(outcome, error, Duration.ofNanos(System.nanoTime() - this.startNanos));
		this.end = end;
		return end;
	}

	private RunEnd endOf(Outcome outcome, @Nullable Throwable error, Duration duration) {
		if (outcome == Outcome.CANCELLED) {
			return this.events.cancelled(this.run, duration);
		}
		if (error != null) {
			return this.events.failed(this.run, duration, error);
		}
		try {
			return this.events.completed(this.run, duration);
		}
		catch (RuntimeException ex) {
			this.error = ex;
			return this.events.failed(this.run, duration, ex);
		}
	}

	/**
	 * A handler that may fail the run has failed in its last event.
	 * @param exception the failure
	 */
	void addFailure(CallbackException exception) {
		RunEnd end = this.end;
		if (this.error == null) {
			this.error = (end != null && end.outcome() == Outcome.COMPLETED) ? exception : null;
		}
		else if (!isTold(this.error, exception)) {
			this.error.addSuppressed(exception);
		}
	}

	private static boolean isTold(Throwable error, CallbackException exception) {
		return error.getCause() == exception.getCause()
				|| Arrays.stream(error.getSuppressed()).anyMatch((other) -> other.getCause() == exception.getCause());
	}

}
