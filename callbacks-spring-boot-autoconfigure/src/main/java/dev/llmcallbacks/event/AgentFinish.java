package dev.llmcallbacks.event;

import java.time.Instant;
import java.util.Objects;

import dev.llmcallbacks.run.Run;

/**
 * An agent's model has answered.
 *
 * @param run the run
 * @param timestamp the time of the event
 * @param output the answer
 */
public record AgentFinish(Run run, Instant timestamp, Object output) implements CallbackEvent {

	public AgentFinish {
		Objects.requireNonNull(run, "'run' must not be null");
		Objects.requireNonNull(timestamp, "'timestamp' must not be null");
		Objects.requireNonNull(output, "'output' must not be null");
	}

}
