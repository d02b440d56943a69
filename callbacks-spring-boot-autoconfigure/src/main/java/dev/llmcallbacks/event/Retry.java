package dev.llmcallbacks.event;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import dev.llmcallbacks.run.Run;

/**
 * A call of a provider failed and will be repeated.
 *
 * @param run the run
 * @param timestamp the time of the event
 * @param attempt the number of the attempt that failed, counted from one
 * @param delay the wait before the next attempt
 * @param cause the reason of the failure
 */
public record Retry(Run run, Instant timestamp, int attempt, Duration delay, Throwable cause) implements CallbackEvent {

	public Retry {
		Objects.requireNonNull(run, "'run' must not be null");
		Objects.requireNonNull(timestamp, "'timestamp' must not be null");
		Objects.requireNonNull(delay, "'delay' must not be null");
		Objects.requireNonNull(cause, "'cause' must not be null");
	}

}
