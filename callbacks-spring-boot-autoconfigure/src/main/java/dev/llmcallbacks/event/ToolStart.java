package dev.llmcallbacks.event;

import java.time.Instant;
import java.util.Objects;

import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.run.Run;

/**
 * A tool is about to be called.
 *
 * @param run the run
 * @param timestamp the time of the event
 * @param toolCall the call
 */
public record ToolStart(Run run, Instant timestamp, ToolCall toolCall) implements RunStart {

	public ToolStart {
		Objects.requireNonNull(run, "'run' must not be null");
		Objects.requireNonNull(timestamp, "'timestamp' must not be null");
		Objects.requireNonNull(toolCall, "'toolCall' must not be null");
	}

}
