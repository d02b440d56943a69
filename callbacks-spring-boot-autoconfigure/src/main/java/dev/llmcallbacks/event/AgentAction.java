package dev.llmcallbacks.event;

import java.time.Instant;
import java.util.Objects;

import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.run.Run;

/**
 * An agent is about to call a tool that its model asked for.
 *
 * @param run the run
 * @param timestamp the time of the event
 * @param toolCall the call
 */
public record AgentAction(Run run, Instant timestamp, ToolCall toolCall) implements CallbackEvent {

	public AgentAction {
		Objects.requireNonNull(run, "'run' must not be null");
		Objects.requireNonNull(timestamp, "'timestamp' must not be null");
		Objects.requireNonNull(toolCall, "'toolCall' must not be null");
	}

}
