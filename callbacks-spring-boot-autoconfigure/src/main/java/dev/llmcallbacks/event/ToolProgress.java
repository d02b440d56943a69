package dev.llmcallbacks.event;

import java.time.Instant;
import java.util.Objects;

import dev.llmcallbacks.run.Run;

/**
 * A tool that returns a stream has emitted an item, which is not its last.
 *
 * @param run the run
 * @param timestamp the time of the event
 * @param toolCallId the id of the call
 * @param data the item
 */
public record ToolProgress(Run run, Instant timestamp, String toolCallId, Object data) implements CallbackEvent {

	public ToolProgress {
		Objects.requireNonNull(run, "'run' must not be null");
		Objects.requireNonNull(timestamp, "'timestamp' must not be null");
		Objects.requireNonNull(toolCallId, "'toolCallId' must not be null");
		Objects.requireNonNull(data, "'data' must not be null");
	}

}
