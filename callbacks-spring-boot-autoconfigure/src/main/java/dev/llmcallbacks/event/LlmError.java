package dev.llmcallbacks.event;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.run.Run;

/**
 * A call of a model has failed.
 *
 * @param run the run
 * @param timestamp when it happened
 * @param duration how long the run took
 * @param error why
 * @param result what had arrived: text, tool calls, usage, model, finish reason; its row
 * is empty when nothing had
 * @param timeToFirstToken from the start of the provider call to the first piece of the
 * answer, or {@code null} when nothing was streamed
 * @param timePerOutputToken mean time between two pieces of the answer after the first,
 * or {@code null} with fewer than two
 */
public record LlmError(Run run, Instant timestamp, Duration duration, Throwable error, LlmResult result,
		@Nullable Duration timeToFirstToken, @Nullable Duration timePerOutputToken) implements RunEnd {

	public LlmError {
		Objects.requireNonNull(run, "'run' must not be null");
		Objects.requireNonNull(timestamp, "'timestamp' must not be null");
		Objects.requireNonNull(duration, "'duration' must not be null");
		Objects.requireNonNull(error, "'error' must not be null");
		Objects.requireNonNull(result, "'result' must not be null");
	}

	@Override
	public Outcome outcome() {
		return Outcome.FAILED;
	}

}
