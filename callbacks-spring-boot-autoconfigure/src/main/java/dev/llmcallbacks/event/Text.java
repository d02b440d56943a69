package dev.llmcallbacks.event;

import java.time.Instant;
import java.util.Objects;

import dev.llmcallbacks.run.Run;

/**
 * A text that the application publishes to its handlers.
 *
 * @param run the run
 * @param timestamp the time of the event
 * @param text the text
 */
public record Text(Run run, Instant timestamp, String text) implements CallbackEvent {

	public Text {
		Objects.requireNonNull(run, "'run' must not be null");
		Objects.requireNonNull(timestamp, "'timestamp' must not be null");
		Objects.requireNonNull(text, "'text' must not be null");
	}

}
