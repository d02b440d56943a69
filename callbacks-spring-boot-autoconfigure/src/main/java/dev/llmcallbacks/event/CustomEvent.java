package dev.llmcallbacks.event;

import java.time.Instant;
import java.util.Objects;

import dev.llmcallbacks.run.Run;

/**
 * An event of the application's own.
 *
 * @param run the run
 * @param timestamp the time of the event
 * @param name the event's name
 * @param data the event's data
 */
public record CustomEvent(Run run, Instant timestamp, String name, Object data) implements CallbackEvent {

	public CustomEvent {
		Objects.requireNonNull(run, "'run' must not be null");
		Objects.requireNonNull(timestamp, "'timestamp' must not be null");
		Objects.requireNonNull(name, "'name' must not be null");
		Objects.requireNonNull(data, "'data' must not be null");
	}

}
