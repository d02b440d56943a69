package dev.llmcallbacks.event;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.run.Run;

/**
 * The subscriber cancelled the call of a model, or the application stopped.
 *
 * @param run the run
 * @param timestamp the time of the event
 * @param duration the time from the run's start to its end
 * @param request the request as the model received it, which a
 * {@link dev.llmcallbacks.model.ChatModelDecorator} may have changed; if the model was
 * not called, the request of the caller
 * @param modelCalled whether the model was called, rather than a decorator having
 * answered or failed
 * @param result what has arrived: text, tool calls, usage, model, finish reason; its row
 * is empty if nothing has
 * @param timeToFirstToken the time from the start of the provider call to the first chunk
 * of the response, or {@code null} if nothing was streamed
 * @param timePerOutputToken the mean time between two chunks of the response, or
 * {@code null} with fewer than two chunks
 */
public record LlmCancel(Run run, Instant timestamp, Duration duration, ChatRequest request, boolean modelCalled,
		LlmResult result, @Nullable Duration timeToFirstToken,
		@Nullable Duration timePerOutputToken) implements RunEnd {

	public LlmCancel {
		Objects.requireNonNull(run, "'run' must not be null");
		Objects.requireNonNull(timestamp, "'timestamp' must not be null");
		Objects.requireNonNull(duration, "'duration' must not be null");
		Objects.requireNonNull(request, "'request' must not be null");
		Objects.requireNonNull(result, "'result' must not be null");
	}

	@Override
	public Outcome outcome() {
		return Outcome.CANCELLED;
	}

}
